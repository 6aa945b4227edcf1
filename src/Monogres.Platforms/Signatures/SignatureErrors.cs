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
}
