using Monogres.Core;

namespace Monogres.Platforms.Signatures;

/// <summary>Why a signed file is not believed.</summary>
public static class SignatureErrors
{
    /// <summary>No signature of the file is a valid one by a pinned key.</summary>
    /// <param name="file">The file, as a person would name it.</param>
    /// <param name="reasons">What is wrong with each signature.</param>
    public static UserErrorException NotTrusted(string file, IReadOnlyList<string> reasons) => new(
        $"no signature of {file} is valid by a pinned key",
        "the mirror may have been tampered with, or the archive has new keys: compare the fingerprints with what the distribution publishes before adding a key to index/platforms/keyrings",
        reasons);

    /// <summary>The file is not a clearsigned text.</summary>
    public static UserErrorException NotClearsigned(string file, string reason) => new(
        $"{file} is not a signed text",
        "the mirror may have answered with something else: try another one",
        [reason]);

    /// <summary>The keyring cannot be used.</summary>
    public static UserErrorException BadKeyring(string file, string reason) => new(
        $"{file} is not an OpenPGP keyring",
        "export it again with `gpg --export`",
        [reason]);

    /// <summary>The file with the secret key cannot be read as one.</summary>
    public static UserErrorException BadSecretKey(string file, string reason) => new(
        $"`{file}` is not a file with an OpenPGP secret key",
        "export it again with `gpg --export-secret-keys FINGERPRINT`",
        [reason]);

    /// <summary>The file has public keys only.</summary>
    public static UserErrorException NoSecretKey(string file) => new(
        $"`{file}` has no secret key, and public keys cannot sign",
        "export the secret one with `gpg --export-secret-keys FINGERPRINT`");

    /// <summary>The file has several keys.</summary>
    public static UserErrorException SeveralSecretKeys(string file, int count) => new(
        $"`{file}` has {count} secret keys, and one is needed",
        "export the one to sign with: `gpg --export-secret-keys FINGERPRINT`");

    /// <summary>No key of the file may sign.</summary>
    public static UserErrorException CannotSign(string file) => new(
        $"no secret key in `{file}` may sign",
        "a key signs when it is Ed25519, or RSA of 2048 bits and more, is allowed to sign, and is not revoked");

    /// <summary>The key has expired.</summary>
    public static UserErrorException KeyExpired(string file, string fingerprint, DateTimeOffset end) => new(
        $"the key {fingerprint} in `{file}` has expired on {end:yyyy-MM-dd}",
        "extend it with `gpg --quick-set-expire` and export it again, or sign with another key");

    /// <summary>The key is protected, and no passphrase was given.</summary>
    public static UserErrorException NeedsPassphrase(string file) => new(
        $"the key in `{file}` is protected by a passphrase",
        "give it with `--passphrase-file FILE`, or in the variable `MONOGRES_KEY_PASSPHRASE`");

    /// <summary>The passphrase is not that of the key.</summary>
    public static UserErrorException WrongPassphrase(string file) => new(
        $"the passphrase is not that of the key in `{file}`",
        "it is read from `--passphrase-file FILE`, else from the variable `MONOGRES_KEY_PASSPHRASE`; one line end at its end is not part of it");
}
