//! A route by itself, to be changed and put into another table.

use crate::model::{
    Action, Condition, Document, Hop, HopLookup, Owner, Password, Precedence, Product, RouteTable,
    RouteView, Secret, Semantics, StatedCredentials, Subject, SubjectTest, TableFull, Walk,
};
use crate::source::{Input, Span, Text, TooLarge};

/// A route with text of its own.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    text: Vec<u8>,
    key: Text,
    /// What must hold besides the key; its text is the piece's.
    pub condition: Condition,
    /// What it does; its text is the piece's.
    pub action: Action,
    name: Option<Text>,
    owner: Option<Owner>,
    /// Where it stands in its source: routes of one place may be one route.
    origin: Option<Span>,
}

impl Piece {
    /// A copy of `route`.
    pub fn of(route: RouteView<'_>) -> Self {
        let document = route.document();
        let mut text = Vec::new();
        let mut take = |from: Text| append(&mut text, document.bytes(from));
        let key = take(route.key_text());
        let action = mapped(&route.action(), &mut take);
        let condition = route.condition().cloned().unwrap_or_default();
        let condition = mapped_condition(&condition, &mut take);
        let name = route.name().map(|name| append(&mut text, name));
        Piece {
            text,
            key,
            condition,
            action,
            name,
            owner: route.owner(),
            origin: Some(route.origin()),
        }
    }

    /// A route with this key and nothing else: mail goes to the MX of its own domain.
    pub fn to_own_mx(key: &[u8]) -> Self {
        Piece::new(key, Action::to(Hop::to(HopLookup::OwnMx)))
    }

    /// A route with this key; the action holds no text.
    pub fn new(key: &[u8], action: Action) -> Self {
        let mut text = Vec::new();
        Piece {
            key: append(&mut text, key),
            text,
            condition: Condition::default(),
            action,
            name: None,
            owner: None,
            origin: None,
        }
    }

    /// Its key.
    pub fn key(&self) -> &[u8] {
        self.bytes(self.key)
    }

    /// Gives it another key.
    pub fn set_key(&mut self, key: &[u8]) {
        self.key = self.push(key);
    }

    /// The name that its file gives it.
    pub fn name(&self) -> Option<&[u8]> {
        self.name.map(|name| self.bytes(name))
    }

    /// Takes in more text.
    pub fn push(&mut self, text: &[u8]) -> Text {
        append(&mut self.text, text)
    }

    /// The bytes of its text.
    pub fn bytes(&self, text: Text) -> &[u8] {
        self.text.get(text.range()).unwrap_or(&[])
    }
}

fn append(text: &mut Vec<u8>, more: &[u8]) -> Text {
    let at = text.len();
    text.extend_from_slice(more);
    Span::at(0, at..text.len())
}

/// A document in the making. Its routes have their numbers' order, and know the routes that they come from.
pub(super) struct Draft {
    text: Vec<u8>,
    table: RouteTable,
    from: Vec<Option<u32>>,
}

/// A document that was made, and by number of its route the route of the source.
pub(super) struct Drafted {
    pub document: Document,
    pub from: Vec<Option<u32>>,
}

/// What a draft that is to be written cannot be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// 4 GiB.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// Too many routes.
    #[error(transparent)]
    TableFull(#[from] TableFull),
}

impl Draft {
    /// An empty table of `product`.
    pub fn new(product: Product) -> Self {
        Draft {
            text: Vec::new(),
            table: RouteTable::new(product),
            from: Vec::new(),
        }
    }

    /// Opens a stage.
    pub fn begin_stage(&mut self, name: &'static str, semantics: Semantics) {
        self.table.begin_stage(name, semantics);
    }

    /// Adds a route that says what route `from` of the source says.
    ///
    /// # Errors
    /// The table is full.
    pub fn push(&mut self, piece: &Piece, from: Option<u32>) -> Result<(), DraftError> {
        let base = u32::try_from(self.text.len()).map_err(|_| TooLarge)?;
        self.text.extend_from_slice(&piece.text);
        let mut shift = |text: Text| Span::new(text.start.saturating_add(base), text.len);
        let key = shift(piece.key);
        let action = mapped(&piece.action, &mut shift);
        let condition = mapped_condition(&piece.condition, &mut shift);
        let name = piece.name.map(&mut shift);
        let origin = piece.origin.unwrap_or(key);
        match condition == Condition::default() {
            true => self.table.push(origin, key, action)?,
            false => self
                .table
                .push_conditional(origin, key, action, condition)?,
        }
        if let Some(owner) = piece.owner {
            self.table.own_last(owner);
        }
        if let Some(name) = name {
            self.table.name_last(name);
        }
        self.from.push(from);
        Ok(())
    }

    /// The document.
    ///
    /// # Errors
    /// 4 GiB of text.
    pub fn finish(self) -> Result<Drafted, DraftError> {
        let input = Input::single("-", "-", self.text)?;
        Ok(Drafted {
            document: Document::new(input, self.table),
            from: self.from,
        })
    }
}

/// How the keys of a draft are to be understood that is made class by class.
pub(super) fn semantics_of_draft(walk: Walk, precedence: Precedence) -> Semantics {
    Semantics {
        precedence,
        walk,
        key_case: crate::model::KeyCase::AsciiInsensitive,
        subject: match walk {
            Walk::AddressThenDotSuffixes => Subject::Recipient,
            Walk::NullSender => Subject::Sender,
            _ => Subject::Host,
        },
        delimiters: crate::model::Delimiters::NONE,
    }
}

/// The same action with every text put elsewhere.
fn mapped(action: &Action, take: &mut impl FnMut(Text) -> Text) -> Action {
    match action {
        Action::Relay {
            choice,
            hops,
            tls,
            families,
            memory,
            resolvers,
        } => Action::Relay {
            choice: *choice,
            hops: hops.iter().map(|hop| mapped_hop(hop, take)).collect(),
            tls: *tls,
            families: *families,
            memory: *memory,
            resolvers: resolvers.iter().map(|&text| take(text)).collect(),
        },
        Action::Reject {
            status,
            text,
            temporary,
        } => Action::Reject {
            status: status.map(&mut *take),
            text: take(*text),
            temporary: *temporary,
        },
        Action::Transport { name, nexthop } => Action::Transport {
            name: take(*name),
            nexthop: take(*nexthop),
        },
        other => other.clone(),
    }
}

fn mapped_hop(hop: &Hop, take: &mut impl FnMut(Text) -> Text) -> Hop {
    Hop {
        lookup: match hop.lookup {
            HopLookup::OwnMx => HopLookup::OwnMx,
            HopLookup::MxOf(text) => HopLookup::MxOf(take(text)),
            HopLookup::Address(text) => HopLookup::Address(take(text)),
        },
        credentials: hop.credentials.map(|credentials| StatedCredentials {
            user: take(credentials.user),
            password: match credentials.password {
                Password::Stated(secret) => Password::Stated(Secret::new(take(secret.expose()))),
                Password::FromNextLine(secret) => {
                    Password::FromNextLine(Secret::new(take(secret.expose())))
                }
                Password::Undefined => Password::Undefined,
            },
        }),
        ..*hop
    }
}

fn mapped_condition(condition: &Condition, take: &mut impl FnMut(Text) -> Text) -> Condition {
    Condition {
        sender: condition.sender.map(&mut *take),
        except: condition.except.iter().map(|&text| take(text)).collect(),
        subject: condition.subject.map(|test| SubjectTest {
            operand: take(test.operand),
            ..test
        }),
        ..condition.clone()
    }
}
