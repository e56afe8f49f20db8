//! The word lists of standing instructions, of our own collecting. English only.
//!
//! Data only.

/// Base forms of words that tell no instruction from another: how a thing comes into a reply.
pub(super) const IDLE: &str = "us use using mention suggest recommend talk speak discuss bring includ include put add answer reply \
    respond writ write start stop avoid future anymor anymore reveal tell ever forward rest conversation \
    offer propos me henceforth insert insist";

/// Words that point to what was just spoken of.
pub(super) const POINTERS: &str = "it that this them these those him so yet";

/// Languages to answer in.
pub(super) const TONGUES: &str = "english german french spanish italian dutch danish swedish norwegian polish portuguese russian \
    turkish greek latin japanese chinese korean arabic hindi finnish czech hungarian welsh irish \
    ukrainian";

/// Adjectives of how a reply sounds.
pub(super) const WAYS: &str = "formal informal sarcastic rude verbose wordy preachy condescending cheerful chatty vague repetitive \
    sycophantic long-winded polite apologetic patronising patronizing blunt flowery dramatic technical \
    pushy judgmental judgemental";

/// Words behind "never" that tell rather than order.
pub(super) const TOLD: &str = "never mind again been had done gone seen knew thought got took went said made felt saw met ate came \
    told found kept lost slept heard understood once more better too fear left ran drank worn ever did \
    read enough late wrong easy have";

/// Words behind "always" that are no verbs.
pub(super) const MOODS: &str = "always happy nice good great glad fun interesting hard easy ready late early hungry there here right \
    wrong worth sunny better best been had more welcome busy afraid sad true did felt thought knew said \
    something cold";

/// What one reply may be, or a part of it.
pub(super) const WORKS: &str = "poem letter email text story essay list code answer reply summary table speech recipe song article \
    message introduction conclusion title first last second next function script report example";

/// What one may ask to be called, behind "call me".
pub(super) const ADDRESSES: &str = "as by sir madam boss captain doctor chef coach professor";

/// Verbs behind "don't" by which one consoles somebody, or that open no order.
pub(super) const CONSOLES: &str = "worry forget know stop panic hesitate mind think care bother get let feel cry rush look fear despair \
    want need have like even you they see believe understand remember laugh move breathe go";

/// Verbs that need no object: "don't lecture me".
pub(super) const ALONE: &str = "apologise apologize swear curse lecture preach moralise moralize flatter patronise patronize joke \
    interrupt";
