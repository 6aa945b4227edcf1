using Monogres.Core;
using Monogres.Platforms.Signatures;

namespace Monogres.Packaging.Repositories;

/// <summary>What an earlier run signed: only what has the right signature is added to and signed again.</summary>
internal static class SignedBefore
{
    /// <summary>Verifies a signature.</summary>
    /// <param name="signer">Whose it should be.</param>
    /// <param name="oldKey">The key that is to be replaced by that of the signer, or null.</param>
    /// <param name="what">What is signed, as messages call it.</param>
    /// <param name="verify">Verifies with a key.</param>
    /// <exception cref="UserErrorException">It has another signature, or none.</exception>
    public static T Verify<T>(ReleaseSigner signer, Keyring? oldKey, string what, Func<Keyring, T> verify)
    {
        try
        {
            return verify(oldKey ?? signer.Keyring);
        }
        catch (UserErrorException error)
        {
            // What was signed again already, or is run again, has the new key.
            return oldKey is not null ? Verify(signer, oldKey: null, what, verify) : throw RepositoryErrors.OtherKey(what, signer.Fingerprint, error);
        }
    }
}
