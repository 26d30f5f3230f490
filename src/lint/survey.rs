//! How the routes of a table stand to one another, found once for all rules that ask.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use super::Reading;
use super::words::Fate;
use crate::diagnostic::{Edit, Severity};
use crate::lookup::{carry_out, covers, keys, unmatched};
use crate::model::{Action, Decision, Hop, Password, Precedence, RouteView, Walk};
use crate::source::{File, Span, Visible};

/// No mail domain is longer, and no route with a longer key is asked about: suffixes of suffixes would take forever.
const LONGEST_KEY: usize = 256;

/// Fewer routes than this are not worth a second thread.
const WORTH_A_THREAD: usize = 32 * 1024;

/// `Ranks::wider` of a route that has none.
const NONE: u32 = u32::MAX;

/// The routes of a table's stage, and the lookups between them.
pub struct Survey<'a> {
    /// The table.
    pub reading: Reading<'a>,
    /// Number of the stage's first route.
    first: u32,
    ranks: OnceLock<Ranks>,
    repeats: OnceLock<Vec<Repeat>>,
    beaten: OnceLock<Vec<u32>>,
}

/// What is known of each route, from the stage's first on.
#[derive(Default)]
struct Ranks {
    /// The route that takes the mail of the key when its own lines are gone.
    wider: Vec<u32>,
    /// Routes with keys that are not spelled like a mail domain in lower case.
    odd: Vec<u32>,
}

/// Two routes with equal keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repeat {
    /// The one that decides.
    pub winner: u32,
    /// The one that never does.
    pub loser: u32,
}

impl<'a> Survey<'a> {
    /// Nothing is looked up before it is asked for.
    pub fn new(reading: Reading<'a>) -> Self {
        Survey {
            reading,
            first: reading.stage().map_or(0, |stage| stage.first),
            ranks: OnceLock::new(),
            repeats: OnceLock::new(),
            beaten: OnceLock::new(),
        }
    }

    /// The routes that stand in the table's own file, in the order of reading: findings are about these.
    pub fn own(&self) -> impl Iterator<Item = RouteView<'a>> + use<'a> {
        let file = file_range(self.reading.file());
        self.reading
            .routes()
            .filter(move |route| file.contains(&route.origin().start))
    }

    /// The first hop of a route: the only one in tables that this is about.
    pub fn hop(&self, route: RouteView<'_>) -> Option<Hop> {
        route.only_hop().or_else(|| match route.action() {
            Action::Relay { hops, .. } => hops.first().copied(),
            _ => None,
        })
    }

    /// True for a route of the table's own file.
    pub fn is_own(&self, route: RouteView<'_>) -> bool {
        file_range(self.reading.file()).contains(&route.origin().start)
    }

    /// Route `number` of the document.
    pub fn route(&self, number: u32) -> RouteView<'a> {
        self.reading.document().route(number)
    }

    /// True when the first line that matches decides, whatever its key.
    pub fn first_match(&self) -> bool {
        self.reading
            .stage()
            .is_some_and(|stage| stage.semantics.precedence == Precedence::FirstMatch)
    }

    /// True when a key that begins with a dot is for what is below it, and not for the domain itself.
    pub fn has_wildcards(&self) -> bool {
        makes_dots_wildcards(self.walk()) && self.walk() != Walk::AddressThenDotSuffixesAndApex
    }

    /// How the table walks.
    pub fn walk(&self) -> Walk {
        self.reading
            .stage()
            .map_or(Walk::Exact, |stage| stage.semantics.walk)
    }

    /// True when routes of the table have conditions besides their keys.
    pub fn is_conditional(&self) -> bool {
        self.reading.stage().is_some_and(|stage| stage.conditional)
    }

    /// The severity of a finding that rests on the order in which routes are asked: no error where no vendor documents it.
    pub fn by_order(&self, severity: Severity) -> Severity {
        let assumed = &self.reading.document().assumptions;
        match assumed.iter().any(|assumption| assumption.key == "order") {
            true => severity.min(Severity::Warning),
            false => severity,
        }
    }

    /// The default route: the one for all mail, whatever else is known of it.
    pub fn default_route(&self) -> Option<RouteView<'a>> {
        let key = [Cow::Borrowed(&b""[..])];
        if self.is_conditional() {
            let plain =
                |route: &RouteView<'_>| route.key().is_empty() && route.condition().is_none();
            return self.reading.routes().find(plain);
        }
        let hit = self.reading.store.best(self.reading.stage_id(), &key);
        Some(self.route(hit.ok()??.found.view().index()))
    }

    /// The route with exactly this key.
    pub fn with_key(&self, key: &[u8]) -> Option<RouteView<'a>> {
        let hit = self
            .reading
            .store
            .best(self.reading.stage_id(), &[Cow::Borrowed(key)]);
        Some(self.route(hit.ok()??.found.view().index()))
    }

    /// The route with another key that takes the mail of `route` when its own lines are gone. All its mail, also of names
    /// below it, comes to the same one: the keys that a host is asked for behind `.d` are those of `.d` itself.
    ///
    /// In a table whose routes have conditions it is the first route that takes all mail of `route` and is not its twin with
    /// the same key and sender.
    pub fn wider(&self, route: RouteView<'_>) -> Option<RouteView<'a>> {
        let at = route.index().checked_sub(self.first)? as usize;
        let number = *self.ranks().wider.get(at)?;
        (number != NONE).then(|| self.route(number))
    }

    /// The route that takes all mail of `route` before it: an earlier one with a wider key, where the first match decides.
    pub fn shadow(&self, route: RouteView<'_>) -> Option<RouteView<'a>> {
        if !self.first_match() {
            return None;
        }
        self.wider(route)
            .filter(|wider| wider.index() < route.index())
    }

    /// Routes of the stage whose keys no mail domain in lower case is spelled like.
    pub fn odd(&self) -> &[u32] {
        &self.ranks().odd
    }

    /// True for keys that mail domains have, in any case: others are mistakes that rules of a line speak of.
    pub fn is_domain(&self, key: &[u8]) -> bool {
        key.len() <= LONGEST_KEY
            && is_plain_domain(
                host_of_key(&key.to_ascii_lowercase(), self.walk()),
                self.walk(),
            )
    }

    /// Routes with equal keys, by the one that decides.
    pub fn repeats(&self) -> &[Repeat] {
        self.repeats.get_or_init(|| {
            let losers = self.reading.store.repeated(self.reading.stage_id());
            let pair = |loser: u32| {
                let winner = match self.is_conditional() {
                    false => self.with_key(self.route(loser).key())?.index(),
                    true => self.covering(self.route(loser), true)?,
                };
                Some(Repeat { winner, loser })
            };
            let mut repeats: Vec<Repeat> = losers.into_iter().filter_map(pair).collect();
            repeats.sort_unstable();
            repeats
        })
    }

    /// True when another route has an equal key.
    pub fn is_repeated(&self, route: RouteView<'_>) -> bool {
        let repeats = self.repeats();
        let number = route.index();
        let wins = repeats.partition_point(|repeat| repeat.winner < number);
        if repeats.get(wins).is_some_and(|r| r.winner == number) {
            return true;
        }
        let beaten = self.beaten.get_or_init(|| {
            let mut beaten: Vec<u32> = repeats.iter().map(|repeat| repeat.loser).collect();
            beaten.sort_unstable();
            beaten
        });
        beaten.binary_search(&number).is_ok()
    }

    /// What `route` does with mail for `host`.
    pub fn decision(&self, route: RouteView<'_>, host: &[u8]) -> Option<Decision> {
        carry_out(route, host)
    }

    /// What happens to mail for `host` that no route takes.
    pub fn unmatched(&self, host: &[u8]) -> Decision {
        unmatched(self.reading.document().table.product, host)
    }

    /// A decision in words.
    pub fn fate(&self, decision: &Decision) -> Fate {
        Fate::of(decision, self.reading.document().table.product)
    }

    /// A host that `route` is about, when its mail really comes to it: no other file decides before, and no line below it takes
    /// every host that was tried.
    pub fn reached(&self, route: RouteView<'_>) -> Option<Vec<u8>> {
        let host = self.reading.witness(route.key());
        let found = self.reading.select_for(route, &host)?.route?;
        (found.view().index() == route.index()).then_some(host)
    }

    /// The first route before `route` that takes all its mail: a twin of it, with the same key and sender, or none such.
    fn covering(&self, route: RouteView<'_>, twin: bool) -> Option<u32> {
        // Of a million routes for everybody, the first few tell.
        const MOST: usize = 256;
        let semantics = &self.reading.stage()?.semantics;
        let walked = keys(semantics.walk, route.key());
        let sender = route.condition().and_then(|condition| condition.sender);
        let sender = sender.map_or(&b""[..], |key| self.reading.document().bytes(key));
        let senders = match sender.is_empty() {
            true => vec![Cow::Borrowed(sender)],
            false => keys(semantics.walk, sender),
        };
        let store = self.reading.store;
        let all = store.candidates(self.reading.stage_id(), semantics, &walked, Some(&senders));
        let first_match = self.first_match();
        let sender_of = |other: RouteView<'_>| {
            let key = other.condition().and_then(|condition| condition.sender);
            key.map(|key| self.reading.document().bytes(key).to_ascii_lowercase())
        };
        let is_twin = |other: RouteView<'_>| {
            other.key().eq_ignore_ascii_case(route.key()) && sender_of(other) == sender_of(route)
        };
        let numbers = all.ok()?.map(|hit| hit.found.view().index());
        numbers
            .take_while(|&number| !first_match || number < route.index())
            .take(MOST)
            .filter(|&number| number != route.index())
            .map(|number| self.route(number))
            .find(|&other| is_twin(other) == twin && covers(semantics, other, route))
            .map(|other| other.index())
    }

    /// `line 9`, or `line 9 of qmtproutes` for another file than the table's.
    pub fn line(&self, route: RouteView<'_>) -> String {
        let input = &self.reading.document().input;
        let Some(place) = self.reading.document().place(route.origin()) else {
            return "another line".to_owned();
        };
        match input.file_of(route.origin()) {
            Some(file) if !self.is_own(route) => {
                format!("line {} of {}", place.line, Visible(file.name.as_bytes()))
            }
            _ => format!("line {}", place.line),
        }
    }

    /// The key as a person reads it; the default route has none.
    pub fn shown(&self, route: RouteView<'_>) -> String {
        if self.is_conditional() {
            return self.shown_conditional(route);
        }
        match route.key() {
            b"" => "the default route".to_owned(),
            key => format!("`{}`", Visible(key)),
        }
    }

    /// `the route from @acme.example to everybody`.
    fn shown_conditional(&self, route: RouteView<'_>) -> String {
        let name = |key: &[u8]| match key.contains(&b'@') {
            true => Visible(key).to_string(),
            false => format!("@{}", Visible(key)),
        };
        let condition = route.condition();
        let sender = condition.and_then(|condition| condition.sender);
        let from = sender.map(|key| format!(" from {}", name(self.reading.document().bytes(key))));
        let to = match route.key() {
            b"" => "everybody".to_owned(),
            key => name(key),
        };
        let subject = condition.is_some_and(|condition| condition.subject.is_some());
        let subject = if subject { " by subject" } else { "" };
        format!("the route{} to {to}{subject}", from.unwrap_or_default())
    }

    /// Where a finding about the whole route stands: its key, or the entry when that is empty.
    pub fn place(&self, route: RouteView<'_>) -> Span {
        if route.key().is_empty() {
            route.origin()
        } else {
            route.key_text()
        }
    }

    /// The edit that deletes the route's line: none when something else stands on it, or when the product reads the line as
    /// the password of the one before.
    pub fn deletion(&self, route: RouteView<'_>) -> Option<Edit> {
        let file = self.reading.file()?;
        let bytes = file.state.bytes()?;
        let start = route.origin().start.checked_sub(file.base())? as usize;
        let end = start + route.origin().len as usize;
        let rest = bytes.get(end..)?;
        let behind = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let alone = start == 0 || bytes.get(start - 1) == Some(&b'\n');
        if !self.reading.notation.is_of_lines {
            return None;
        }
        let blank = rest[..behind]
            .iter()
            .all(|b| matches!(b, b' ' | b'\t' | b'\r'));
        if !alone || !blank || self.is_password(route) {
            return None;
        }
        let line = match behind < rest.len() {
            true => start..end + behind + 1,
            // Without an LF of its own the line takes that of the one before along.
            false => start.saturating_sub(1)..end + behind,
        };
        Some(Edit {
            span: Span::at(file.base(), line),
            text: Vec::new(),
        })
    }

    /// True when the line is the password of the route before it.
    pub fn is_password(&self, route: RouteView<'_>) -> bool {
        let Some(before) = route.index().checked_sub(1) else {
            return false;
        };
        let credentials = self.route(before).action().credentials();
        match credentials.map(|credentials| credentials.password) {
            Some(Password::FromNextLine(next)) => next.expose() == route.origin(),
            _ => false,
        }
    }

    /// True when the route's password is stated, or it has none: what it does is to be read in its line.
    pub fn is_self_contained(&self, route: RouteView<'_>) -> bool {
        let action = route.action();
        match action.credentials() {
            Some(credentials) => matches!(credentials.password, Password::Stated(_)),
            None => matches!(
                action,
                Action::Relay { .. }
                    | Action::Local
                    | Action::Backup
                    | Action::Reject { .. }
                    | Action::Discard
                    | Action::Transport { .. }
                    | Action::Default
            ),
        }
    }

    /// The severity of a finding about lines with equal keys: of warnings all, where whoever writes the files never repeats one
    /// and the line that decides is known.
    pub fn by_repeats(&self, severity: Severity) -> Severity {
        match self.reading.notation.warns_of_repeats() {
            true => Severity::Warning,
            false => severity,
        }
    }

    fn ranks(&self) -> &Ranks {
        self.ranks.get_or_init(|| {
            let range = self.reading.stage().map_or(0..0, |s| s.first..s.end);
            let middle = range.start + (range.end - range.start) / 2;
            if range.len() < WORTH_A_THREAD {
                return self.part(range);
            }
            std::thread::scope(|scope| {
                let second = scope.spawn(|| self.part(middle..range.end));
                let mut ranks = self.part(range.start..middle);
                let mut behind = second
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                ranks.wider.append(&mut behind.wider);
                ranks.odd.append(&mut behind.odd);
                ranks
            })
        })
    }

    fn part(&self, range: Range<u32>) -> Ranks {
        let document = self.reading.document();
        let (walk, stage) = (self.walk(), self.reading.stage_id());
        let conditional = self.is_conditional();
        let mut ranks = Ranks {
            wider: Vec::with_capacity(range.len()),
            odd: Vec::new(),
        };
        // What is tried behind the whole key depends on what stands behind its first dot alone, and neighbours often share it.
        let mut last: (&[u8], u32) = (b"", NONE);
        let mut known = false;
        for number in range {
            let route = document.route(number);
            let key = route.key();
            if !is_plain_domain(host_of_key(key, walk), walk) {
                ranks.odd.push(number);
            }
            if conditional {
                ranks
                    .wider
                    .push(self.covering(route, false).unwrap_or(NONE));
                continue;
            }
            if key.is_empty() || key.len() > LONGEST_KEY {
                ranks.wider.push(NONE);
                continue;
            }
            let from = usize::from(makes_dots_wildcards(walk));
            let rest = memchr::memchr(b'.', &key[from..]).map_or(&b""[..], |at| &key[from + at..]);
            let by_rest = walk != Walk::AddressThenDotSuffixesAndApex && !key.contains(&b'@');
            if !known || !by_rest || last.0 != rest {
                let keys = keys(walk, key);
                let hit = self.reading.store.best(stage, keys.get(1..).unwrap_or(&[]));
                let wider = hit.ok().flatten();
                let number = wider.map_or(NONE, |hit| hit.found.view().index());
                (last, known) = ((rest, number), by_rest);
            }
            ranks.wider.push(last.1);
        }
        ranks
    }
}

/// The offsets of a file.
fn file_range(file: Option<&File>) -> Range<u32> {
    file.map_or(0..0, |file| {
        let bytes = file.state.bytes().unwrap_or(b"");
        let span = Span::at(file.base(), 0..bytes.len());
        span.start..span.end()
    })
}

/// True when a key that begins with a dot is for what is below it.
fn makes_dots_wildcards(walk: Walk) -> bool {
    matches!(
        walk,
        Walk::DotSuffixes | Walk::AddressThenDotSuffixes | Walk::AddressThenDotSuffixesAndApex
    )
}

/// The domain of a key: what stands behind the `@` where keys may be addresses.
fn host_of_key(key: &[u8], walk: Walk) -> &[u8] {
    let by_address = matches!(
        walk,
        Walk::AddressThenDotSuffixes
            | Walk::AddressThenDotSuffixesAndApex
            | Walk::AddressThenSuffixesWithoutDot
    );
    match key.iter().rposition(|&b| b == b'@').filter(|_| by_address) {
        Some(at) => &key[at + 1..],
        None => key,
    }
}

/// Whether a key is one that mail domains have: labels of letters in lower case, digits, `-` and `_`, behind a dot where dots
/// make wildcards.
fn is_plain_domain(key: &[u8], walk: Walk) -> bool {
    let name = match makes_dots_wildcards(walk) {
        true => key.strip_prefix(b".").unwrap_or(key),
        false => key,
    };
    let mut before = b'.';
    for &byte in name {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => {}
            b'.' if before != b'.' => {}
            _ => return false,
        }
        before = byte;
    }
    before != b'.' || key.is_empty()
}
