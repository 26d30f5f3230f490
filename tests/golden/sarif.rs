//! What the schema of SARIF 2.1.0 asks of the members that are written. `tests/peers` asks the schema itself.

use serde_json::Value;

fn members<'a>(value: &'a Value, required: &[&str], allowed: &[&str]) -> &'a Value {
    let object = value.as_object().unwrap();
    for name in required {
        assert!(object.contains_key(*name), "{name} is missing: {value}");
    }
    for name in object.keys() {
        let name = name.as_str();
        assert!(
            required.contains(&name) || allowed.contains(&name),
            "{name} is not known: {value}"
        );
    }
    value
}

fn text(value: &Value) -> &str {
    members(value, &["text"], &[])["text"].as_str().unwrap()
}

fn array<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).map_or(&[], |v| v.as_array().unwrap())
}

fn uri(value: &Value) {
    let uri = value.as_str().unwrap();
    let path = uri.strip_prefix("file:///").unwrap_or(uri);
    let bytes = path.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let hex = |n: usize| bytes.get(at + n).is_some_and(u8::is_ascii_hexdigit);
        let known = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        assert!(known || (byte == b'%' && hex(1) && hex(2)), "{uri}");
    }
}

fn region(value: &Value) {
    let names = ["startLine", "startColumn", "endLine", "endColumn"];
    let region = members(value, &names, &[]);
    let [start, column, end, behind] = names.map(|name| region[name].as_u64().unwrap());
    assert!(start >= 1 && column >= 1 && behind >= 1, "{value}");
    assert!((start, column) <= (end, behind), "{value}");
}

fn artifact(value: &Value) {
    members(value, &["uri"], &["uriBaseId"]);
    uri(&value["uri"]);
    if let Some(base) = value.get("uriBaseId") {
        assert_eq!(base, "%SRCROOT%");
        assert!(!value["uri"].as_str().unwrap().starts_with('/'), "{value}");
    }
}

fn location(value: &Value) {
    members(value, &["physicalLocation"], &["message"]);
    value.get("message").map(text);
    let physical = &value["physicalLocation"];
    members(physical, &["artifactLocation", "region"], &[]);
    artifact(&physical["artifactLocation"]);
    region(&physical["region"]);
}

fn fix(value: &Value) {
    members(value, &["artifactChanges"], &["description"]);
    text(&value["description"]);
    assert!(!array(value, "artifactChanges").is_empty());
    for change in array(value, "artifactChanges") {
        members(change, &["artifactLocation", "replacements"], &[]);
        artifact(&change["artifactLocation"]);
        assert!(!array(change, "replacements").is_empty());
        for replacement in array(change, "replacements") {
            members(replacement, &["deletedRegion"], &["insertedContent"]);
            region(&replacement["deletedRegion"]);
            replacement.get("insertedContent").map(text);
        }
    }
}

fn level(value: &Value) {
    assert!(["none", "note", "warning", "error"].contains(&value.as_str().unwrap()));
}

/// Checks `report` and returns its results.
pub fn checked(report: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(report).unwrap();
    members(&document, &["version", "$schema", "runs"], &[]);
    assert_eq!(document["version"], "2.1.0");
    assert!(
        document["$schema"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    );
    let [run] = array(&document, "runs") else {
        panic!("one run")
    };
    let optional = ["columnKind", "newlineSequences", "originalUriBaseIds"];
    members(run, &["tool", "results"], &optional);
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["newlineSequences"], serde_json::json!(["\n"]));
    if let Some(bases) = run.get("originalUriBaseIds") {
        let base = &members(bases, &["%SRCROOT%"], &[])["%SRCROOT%"];
        uri(&base["uri"]);
        assert!(base["uri"].as_str().unwrap().ends_with('/'));
    }
    let driver = &members(&run["tool"], &["driver"], &[])["driver"];
    members(driver, &["name", "version", "rules"], &["informationUri"]);
    assert_eq!(driver["name"], "qroute-lint");
    let rules = array(driver, "rules");
    for rule in rules {
        let texts = ["shortDescription", "fullDescription", "help"];
        members(
            rule,
            &["id"],
            &[&texts[..], &["defaultConfiguration"]].concat(),
        );
        texts.map(|name| assert!(text(&rule[name]).ends_with('.')));
        level(&rule["defaultConfiguration"]["level"]);
        assert!(rule["defaultConfiguration"]["enabled"].is_boolean());
    }
    for result in array(run, "results") {
        let required = [
            "ruleId",
            "level",
            "message",
            "locations",
            "partialFingerprints",
            "properties",
        ];
        let optional = ["ruleIndex", "relatedLocations", "fixes", "suppressions"];
        members(result, &required, &optional);
        level(&result["level"]);
        text(&result["message"]);
        if let Some(index) = result.get("ruleIndex") {
            let index = usize::try_from(index.as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
        array(result, "locations").iter().for_each(location);
        array(result, "relatedLocations").iter().for_each(location);
        array(result, "fixes").iter().for_each(fix);
        for suppression in array(result, "suppressions") {
            assert_eq!(suppression, &serde_json::json!({ "kind": "inSource" }));
        }
        let prints = result["partialFingerprints"].as_object().unwrap();
        assert!(prints.values().all(Value::is_string));
        members(&result["properties"], &["effect", "dialects"], &[]);
    }
    array(run, "results").to_vec()
}
