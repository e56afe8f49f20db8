//! The table as it is in the binary: agreement with the reference, and the laws of the sum.

use std::path::Path;

use futures_util::FutureExt;
use leeboard_core::vector::Vector;
use sha2::{Digest, Sha256};

use super::*;
use crate::embed::conformance;

fn data(file: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/embedding").join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("failed to read {}: {error}", path.display()))
}

/// The sum before anything is asked about the text's language.
fn sum(text: &str) -> Option<Vec<f32>> {
    unit(&Reading::of(text).sum)
}

#[test]
fn vectors_agree_with_the_reference() {
    let texts = String::from_utf8(data("vectors.jsonl")).unwrap();
    let texts: Vec<String> = texts.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let vectors = data("vectors.i16");
    let component = |bytes: &[u8; 2]| f64::from(i16::from_le_bytes(*bytes)) / 32767.0;
    let vectors: Vec<f64> = vectors.as_chunks().0.iter().map(component).collect();
    assert_eq!((texts.len(), vectors.len()), (1000, 1000 * DIMENSIONS));
    let mut least = 1.0_f64;
    for (text, expected) in texts.iter().zip(vectors.chunks(DIMENSIONS)) {
        let length = expected.iter().map(|value| value * value).sum::<f64>().sqrt();
        let Some(found) = sum(text) else {
            assert!(length < 0.5, "{text:?} has no vector");
            continue;
        };
        let dot: f64 = found.iter().zip(expected).map(|(&a, b)| f64::from(a) * b).sum();
        assert!(dot / length > 0.9999, "{text:?}: {}", dot / length);
        least = least.min(dot / length);
    }
    println!("least cosine {least}");
}

/// What the core's rounding to a byte a component costs, on every pair of the golden texts.
#[test]
fn rounding_to_bytes_moves_a_cosine_by_less_than_what_is_documented() {
    let texts = String::from_utf8(data("vectors.jsonl")).unwrap();
    let texts = texts.lines().map(|line| serde_json::from_str::<String>(line).unwrap());
    let model: Arc<str> = "rounded".into();
    let exact: Vec<Vec<f32>> = texts.filter_map(|text| sum(&text)).collect();
    let rounded: Vec<_> = exact.iter().map(|values| Vector::new(&model, values).unwrap()).collect();
    let (mut most, mut total, mut pairs) = (0.0_f64, 0.0, 0.0);
    for at in 0..exact.len() {
        for other in 0..at {
            let dot: f64 =
                exact[at].iter().zip(&exact[other]).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
            let moved = (rounded[at].cosine(&rounded[other]).unwrap() - dot).abs();
            (most, total, pairs) = (most.max(moved), total + moved, pairs + 1.0);
        }
    }
    assert!(pairs > 400_000.0 && most < 0.005 && total / pairs < 0.001, "{most} {}", total / pairs);
}

/// Vectors of two tables must never meet: whoever changes a file has to change the model's id.
#[test]
fn the_files_are_those_of_the_manifest() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/embedding");
    let manifest = std::fs::read(assets.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["model"], **Table::new().model());
    assert_eq!((&manifest["dimensions"], &manifest["rows"]), (&DIMENSIONS.into(), &30_522.into()));
    for (file, digest) in manifest["sha256"].as_object().unwrap() {
        let bytes = std::fs::read(assets.join(file)).unwrap();
        assert_eq!(format!("{:x}", Sha256::digest(&bytes)), digest.as_str().unwrap(), "{file}");
    }
}

#[test]
fn it_passes_the_conformance_suite() {
    conformance::check(&Table::new()).now_or_never().unwrap().unwrap();
}

#[test]
fn every_row_has_an_entry_and_a_finite_scale() {
    let entries: Vec<_> = VOCABULARY.lines().collect();
    assert_eq!((entries.len(), ROWS.len(), SCALES.len()), (30_522, 30_522 * DIMENSIONS, 30_522 * 4));
    for (scale, entry) in SCALES.as_chunks().0.iter().zip(&entries) {
        let scale = f32::from_le_bytes(*scale);
        assert!(scale.is_finite() && scale >= 0.0, "{entry}: {scale}");
    }
    let whole = entries.iter().filter(|entry| !entry.starts_with("##"));
    for entry in whole {
        assert_eq!(entries[usize::from(CONTENTS.vocabulary.token(entry).unwrap())], *entry);
    }
}

#[derive(serde::Deserialize)]
struct Language {
    text: String,
    score: i64,
}

#[test]
fn language_points_agree_with_the_reference() {
    let lines = String::from_utf8(data("language.jsonl")).unwrap();
    let golden: Vec<Language> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(golden.iter().any(|line| line.score < 0) && golden.iter().any(|line| line.score >= 0));
    for Language { text, score } in golden {
        assert_eq!(Reading::of(&text).points.score(), score, "{text:?}");
        assert_eq!(Table::new().vector(&text).is_ok(), score >= 0, "{text:?}");
    }
}

#[test]
fn a_text_without_a_vector_is_told_why() {
    let why = |text: &str| Table::new().vector(text).unwrap_err().0;
    assert_eq!(why(" \u{200b}\n"), "the text has no words");
    assert_eq!(why("\u{1f6f6}"), format!("{MODEL} knows none of the text's words"));
    assert!(why("Wir treffen uns morgen um acht vor dem Kino.").contains("English only"));
    assert!(why("潮が満ちる").contains("English only"));
}

#[test]
fn related_texts_are_closer_than_others() {
    let vector = |text: &str| Table::new().vector(text).unwrap();
    let cosine = |a: &str, b: &str| vector(a).iter().zip(vector(b)).map(|(a, b)| a * b).sum::<f32>();
    let near = cosine("The doctor told her to rest.", "A physician said that she needs sleep.");
    let far = cosine("The doctor told her to rest.", "Our boat left the harbour at noon.");
    assert!(near > far + 0.2, "{near} {far}");
    let same = cosine("Quiet harbour!", "quiet\nHARBOUR !");
    assert!((same - 1.0).abs() < 1e-6, "{same}");
}
