//! stub
/// stub
pub struct Sim;
