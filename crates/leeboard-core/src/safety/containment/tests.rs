//! Tests of containment.
