//! Who wins, and what is said of a wrong file.

use clap::Parser;
use secrecy::ExposeSecret;

use super::embedding::RemoteEmbedding;
use super::file::parse;
use super::*;

fn resolve(arguments: &[&str], environment: &Environment, file: &str) -> anyhow::Result<Settings> {
    let arguments = Arguments::parse_from([&["leeboard"], arguments].concat());
    let file = parse("leeboard.toml", file).map_err(|what| anyhow!(what))?;
    let loaded = Loaded { file, folder: PathBuf::from("conf") };
    Settings::layered(&Flags::of(&arguments.command), environment, &loaded)
}

#[test]
fn flag_then_variable_then_file_then_default() {
    let file =
        "[server]\nlisten = \"file:1\"\nmode = \"manage\"\nidentity = \"me.toml\"\n[store]\nurl = \"s.db\"";
    let environment = Environment::from([(env::LISTEN, "variable:1"), (env::MODE, "augment")]);
    let settings = resolve(&["serve", "--listen", "flag:1"], &environment, file).unwrap();
    assert_eq!(settings.server.listen, "flag:1");
    assert_eq!(settings.server.mode, ModeName::Augment);
    assert_eq!(settings.server.fail, FailName::Open);
    assert_eq!(settings.store.url, "conf/s.db");
    assert_eq!(settings.identity.as_deref(), Some(Path::new("conf/me.toml")));
    let settings = resolve(&["serve"], &Environment::default(), "").unwrap();
    assert_eq!((settings.server.listen.as_str(), settings.store.url.as_str()), (LISTEN, STORE));
}

#[test]
fn a_wrong_variable_is_named_with_what_it_may_be() {
    let error = resolve(&["serve"], &Environment::from([(env::MODE, "loud")]), "").unwrap_err();
    insta::assert_snapshot!(error, @r#"read the variable LEEBOARD_MODE: "loud" is none of observe, augment, manage"#);
}

#[test]
fn a_wrong_file_names_line_and_field() {
    let refusal = |text: &str| parse("leeboard.toml", text).unwrap_err();
    insta::assert_snapshot!(refusal("[server]\nlisten = 5"), @"leeboard.toml:2:10: server.listen: invalid type: integer `5`, expected a string");
    insta::assert_snapshot!(refusal("[prompt]\nkeep = 0.5\nbudgett = 3"), @"leeboard.toml:3:1: prompt.budgett: unknown field `budgett`, expected one of `budget`, `keep`, `note_reserve`, `min_messages`, `facts`, `note_facts`, `earlier`, `note_earlier`, `anchor`");
    insta::assert_snapshot!(refusal("[drift.off_topic]\nat = 1.0\nwidht = 2.0"), @"leeboard.toml:3:1: drift.off_topic.widht: unknown field `widht`, expected `at` or `width`");
    insta::assert_snapshot!(refusal("[server\nlisten = 5"), @"leeboard.toml:1:8: unclosed table, expected `]`");
}

#[test]
fn a_key_in_the_file_is_refused_and_not_repeated() {
    let refusal = parse("leeboard.toml", "[model]\napi_key = \"sk-very-secret\"").unwrap_err();
    assert!(refusal.starts_with("leeboard.toml:2:11: model.api_key: secrets do not belong"), "{refusal}");
    assert!(!refusal.contains("very-secret"));
}

#[test]
fn what_is_printed_of_settings_holds_no_secret() {
    let text = "[server]\nupstream = \"http://me:sk-secret@h/v1\"\n[model]\nbase_url = \"http://me:sk-secret@h/v1\"\n\
                api_key = \"env::A\"\n[store]\nurl = \"postgres://me:sk-secret@h/db\"\n[embedding]\nkind = \
                \"remote\"\nmodel = \"m\"\nbase_url = \"http://me:sk-secret@h/v1\"\napi_key = \"env::A\"";
    let environment = Environment::from([("A", "sk-secret")]);
    let settings = resolve(&["serve"], &environment, text).unwrap();
    let file = parse("leeboard.toml", text).unwrap();
    let printed = format!("{settings:?} {file:?} {:?} {:?}", settings.embedding, settings.server.key);
    assert!(!printed.contains("sk-secret"), "{printed}");
}

#[test]
fn a_key_goes_only_where_it_belongs() {
    let environment = Environment::from([(env::OPENAI_API_KEY, "sk-openai")]);
    let key = |arguments: &[&str], environment: &Environment, file: &str| {
        let settings = resolve(arguments, environment, file).unwrap();
        let key = settings.model.key.get().map(|key| key.map(|key| key.expose_secret().to_owned()));
        (settings.model.base_url, key)
    };
    let (url, sent) = key(&["chat"], &environment, "");
    assert_eq!((url.as_deref(), sent.unwrap().as_deref()), (Some(OPENAI), Some("sk-openai")));
    let (_, sent) = key(&["chat", "--base-url", "http://localhost:11434"], &environment, "");
    assert_eq!(sent.unwrap(), None);
    let file = "[model]\nbase_url = \"http://gpu:8000/v1\"\napi_key = \"env::GPU_KEY\"";
    let (_, sent) = key(&["chat"], &environment, file);
    assert!(sent.unwrap_err().to_string().contains("GPU_KEY"));
    let (_, sent) = key(&["chat"], &Environment::from([("GPU_KEY", "k")]), file);
    assert_eq!(sent.unwrap().as_deref(), Some("k"));
}

#[test]
fn values_out_of_range_are_refused() {
    let refusal = |text: &str| {
        let settings = resolve(&["serve"], &Environment::default(), text).unwrap();
        settings.core.check().unwrap_err().to_string()
    };
    assert!(refusal("[prompt]\nkeep = 1.0").contains("prompt.keep"));
    assert!(refusal("[control]\nindex = [0.6, 0.5, 0.7]").contains("control.index"));
    assert!(refusal("[drift]\noff_topic = { at = 1.0, width = 0.0 }").contains("drift.off_topic"));
}

#[test]
fn a_database_has_some_connections() {
    let resolved = |text: &str| resolve(&["serve"], &Environment::default(), text);
    assert_eq!(resolved("").unwrap().store.connections, postgres::CONNECTIONS);
    assert_eq!(resolved("[store]\nconnections = 3").unwrap().store.connections, 3);
    for wrong in ["0", "1001"] {
        let refusal = resolved(&format!("[store]\nconnections = {wrong}")).unwrap_err().to_string();
        assert!(refusal.contains("store.connections") && refusal.contains("1 to 1000"), "{refusal}");
    }
}

fn remote(environment: &Environment, file: &str) -> anyhow::Result<RemoteEmbedding> {
    match resolve(&["serve"], environment, file)?.embedding {
        EmbeddingSettings::Remote(remote) => Ok(remote),
        EmbeddingSettings::Static => Err(anyhow!("static")),
    }
}

const ENDPOINT: &str =
    "[embedding]\nkind = \"remote\"\nbase_url = \"http://gpu:8000/v1\"\nmodel = \"small\"\n";

#[test]
fn vectors_come_from_the_table_unless_an_endpoint_is_set() {
    let none = Environment::default();
    assert_eq!(remote(&none, "").unwrap_err().to_string(), "static");
    let set = remote(&none, ENDPOINT).unwrap();
    assert_eq!((set.base_url.as_str(), set.model.as_str()), ("http://gpu:8000/v1", "small"));
    assert_eq!((set.dimensions, set.timeout.as_millis(), set.batch), (None, 2000, 64));
    let kind = Environment::from([(env::EMBEDDING_KIND, "static")]);
    assert_eq!(remote(&kind, ENDPOINT).unwrap_err().to_string(), "static");
    let variables = Environment::from([
        (env::EMBEDDING_KIND, "remote"),
        (env::EMBEDDING_BASE_URL, "http://cpu/v1"),
        (env::EMBEDDING_MODEL, "large"),
        (env::EMBEDDING_DIMENSIONS, "256"),
        (env::EMBEDDING_TIMEOUT_MS, "150"),
        (env::EMBEDDING_BATCH, "32"),
    ]);
    let set = remote(&variables, &format!("{ENDPOINT}batch = 8")).unwrap();
    assert_eq!((set.base_url.as_str(), set.model.as_str()), ("http://cpu/v1", "large"));
    assert_eq!((set.dimensions, set.timeout.as_millis(), set.batch), (Some(256), 150, 32));
}

#[test]
fn a_wrong_embedding_section_is_refused_with_the_way_out() {
    let refusal = |file: &str| remote(&Environment::default(), file).unwrap_err().to_string();
    insta::assert_snapshot!(refusal("[embedding]\nkind = \"remote\""), @r#"use the settings: embedding.kind is remote, but embedding.base_url is missing (for example "http://localhost:11434/v1")"#);
    insta::assert_snapshot!(refusal("[embedding]\nkind = \"remote\"\nbase_url = \"http://h\""), @r#"use the settings: embedding.kind is remote, but embedding.model is missing (for example "text-embedding-3-small")"#);
    insta::assert_snapshot!(refusal("[embedding]\nbase_url = \"http://h\""), @r#"use the settings: embedding.base_url is set, but embedding.kind is not (write kind = "remote" to use the endpoint, or kind = "static" for the table in the binary)"#);
    insta::assert_snapshot!(refusal("[embedding]\nbatch = 0"), @"use the settings: embedding.batch is 0, not from 1 to 2048");
    insta::assert_snapshot!(refusal("[embedding]\nkind = \"local\""), @"leeboard.toml:2:8: embedding.kind: unknown variant `local`, expected `static` or `remote`");
    let wrong = Environment::from([(env::EMBEDDING_TIMEOUT_MS, "2s")]);
    insta::assert_snapshot!(remote(&wrong, ENDPOINT).unwrap_err(), @r#"read the variable LEEBOARD_EMBEDDING_TIMEOUT_MS: "2s" is no whole number from 1 to 600000"#);
}

#[test]
fn a_key_for_vectors_goes_only_where_it_belongs() {
    let environment = [(env::OPENAI_API_KEY, "sk-openai"), (env::API_KEY, "sk-chat")];
    let environment = Environment::from(environment);
    let key = |environment: &Environment, file: &str| {
        let key = remote(environment, file).unwrap().key.get();
        key.map(|key| key.map(|key| key.expose_secret().to_owned()))
    };
    assert_eq!(key(&environment, ENDPOINT).unwrap(), None);
    let openai = ENDPOINT.replace("http://gpu:8000/v1", OPENAI);
    assert_eq!(key(&environment, &openai).unwrap().as_deref(), Some("sk-openai"));
    let named = format!("{ENDPOINT}api_key = \"env::GPU_KEY\"");
    let unset = key(&environment, &named).unwrap_err().to_string();
    assert!(unset.contains("embedding.api_key") && unset.contains("GPU_KEY"), "{unset}");
    assert_eq!(key(&Environment::from([("GPU_KEY", "k")]), &named).unwrap().as_deref(), Some("k"));
    let own = Environment::from([(env::EMBEDDING_API_KEY, "own")]);
    assert_eq!(key(&own, &openai).unwrap().as_deref(), Some("own"));
    let refusal = parse("leeboard.toml", "[embedding]\napi_key = \"sk-very-secret\"").unwrap_err();
    assert!(refusal.contains("embedding.api_key: secrets do not belong"), "{refusal}");
    assert!(!refusal.contains("very-secret"));
}
