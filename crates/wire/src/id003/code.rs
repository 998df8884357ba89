/// An enum whose variants are single bytes on the line. A byte without a name is kept in `Other`, so that nothing
/// a device says is lost or makes the decoder panic.
macro_rules! byte_codes {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $byte:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A code that the fact sheet does not name.
            Other(u8),
        }

        impl $name {
            /// The meaning of `byte`.
            pub fn from_byte(byte: u8) -> $name {
                match byte {
                    $($byte => $name::$variant,)+
                    _ => $name::Other(byte),
                }
            }

            /// The byte on the line.
            pub fn byte(self) -> u8 {
                match self {
                    $($name::$variant => $byte,)+
                    $name::Other(byte) => byte,
                }
            }
        }
    };
}

pub(super) use byte_codes;
