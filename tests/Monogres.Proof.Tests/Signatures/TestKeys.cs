using Monogres.Proof.Signatures;

namespace Monogres.Proof.Tests.Signatures;

/// <summary>Keys that <c>openssl genpkey</c> has made for these tests, and that sign nothing else.</summary>
internal static class TestKeys
{
    /// <summary>What the encrypted ones are encrypted by.</summary>
    public const string Passphrase = "grün 7";

    /// <summary>Ed25519, PKCS#8.</summary>
    public const string Ed25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIMWBqtq5xHx12G2i5EquqTRcCHKsr6n5RbME3Q6Fvcg3
        -----END PRIVATE KEY-----
        """;

    /// <summary>Its public key.</summary>
    public const string Ed25519Public = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAPQrIUFpl0dUpFozeYtiSbsLee2iCudC7qiSQUYjaY+0=
        -----END PUBLIC KEY-----
        """;

    /// <summary>The same, encrypted.</summary>
    public const string Ed25519Encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjooE9nje6SGQICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEHu7QA7E9cUrbwmjXDoCpg4EQEWS
        9Y0IvpYrfz/Zo1kppOw+zwubUte+DeqDZQSbGaVKNniok2LIWXUiD1Ya+i3VYCrm
        8IeLeGZDlLnxfdtSpag=
        -----END ENCRYPTED PRIVATE KEY-----
        """;

    /// <summary>ECDSA with P-256, PKCS#8.</summary>
    public const string P256 = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5gB548Jcs46MEnCE
        qBM+PmvNAfbbXcTn4o2oBfHVpqehRANCAAQ5E80IUPnM7PT5vAyB4zygd6DkSsQN
        QNFOei+L29J7uCJNrhIM1ZERcrkLdkl9oSM04PhJGIyjlGulvNORLyzt
        -----END PRIVATE KEY-----
        """;

    /// <summary>Its public key.</summary>
    public const string P256Public = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEORPNCFD5zOz0+bwMgeM8oHeg5ErE
        DUDRTnovi9vSe7giTa4SDNWREXK5C3ZJfaEjNOD4SRiMo5RrpbzTkS8s7Q==
        -----END PUBLIC KEY-----
        """;

    /// <summary>The same, encrypted.</summary>
    public const string P256Encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgeQjk6lPGveAICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEDp6c+32VJwodVPiy8HEv2AEgZBD
        xH5BJnJC0CKUNP6ZE9EK8fTApcAJQIDRrhwslarmCC5xQ0ygvkv+/DiybN5qIfSG
        VkWTMlY4yDZP0MDPf4jpqIuHDDwSAKC4lPN+NY7dqBWuCsT7Cgo5OUZUtwohGbyv
        e4YNypCr1T4oa3d872IHDhKLnZptnKxCwuSbEfo/a91URSqrpJyEkHybzSbelKQ=
        -----END ENCRYPTED PRIVATE KEY-----
        """;

    /// <summary>ECDSA with P-256 in its own form, with the curve in front.</summary>
    public const string Sec1 = """
        -----BEGIN EC PARAMETERS-----
        BggqhkjOPQMBBw==
        -----END EC PARAMETERS-----
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIHp2Fg0ijLAASPTAzt/QkvicyGNCSl0boumd7uX4HLG6oAoGCCqGSM49
        AwEHoUQDQgAEOv4uXDOfhldl2dlzh6M45BKPT7DMe/UyPfZW0uMLXQzSOiuXL7Ze
        k4gQ/OlciTM/HdWslIY0GjJd9mf2Sb1vUg==
        -----END EC PRIVATE KEY-----
        """;

    /// <summary>Its public key.</summary>
    public const string Sec1Public = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOv4uXDOfhldl2dlzh6M45BKPT7DM
        e/UyPfZW0uMLXQzSOiuXL7Zek4gQ/OlciTM/HdWslIY0GjJd9mf2Sb1vUg==
        -----END PUBLIC KEY-----
        """;

    /// <summary>ECDSA with another curve.</summary>
    public const string P384 = """
        -----BEGIN PRIVATE KEY-----
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBQPwRco1l9ur+41bb9
        637yZRMDwEvavM722M72avheW+I89gHsRnLUQdb5f1RgssOhZANiAAQHUSrrTauw
        MKHmr6WTWim73HFFYtFTsIujrNm05ziUKf8QE6bfABvnd+28Cqxrc+/Icpj7mmqo
        2JSrlanO3ka3nedHdVYXWzTlX2kAXXeJ8Zc9r8J2LOCX39LbuGR3ETA=
        -----END PRIVATE KEY-----
        """;

    /// <summary>A builder's key.</summary>
    public static SigningKey Alice => SigningKey.Parse(Ed25519, "alice.key", passphrase: null);

    /// <summary>Another builder's.</summary>
    public static SigningKey Bob => SigningKey.Parse(P256, "bob.key", passphrase: null);

    /// <summary>A third one's.</summary>
    public static SigningKey Carol => SigningKey.Parse(Sec1, "carol.key", passphrase: null);
}
