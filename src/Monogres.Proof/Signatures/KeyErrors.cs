using Monogres.Core;

namespace Monogres.Proof.Signatures;

/// <summary>What can be wrong with the file of a key.</summary>
public static class KeyErrors
{
    private const string HowToMake = "make one with `openssl genpkey -algorithm ed25519 -out release.key`, and its public part with `openssl pkey -in release.key -pubout -out release.pub`";

    /// <summary>The file has no PEM text in it.</summary>
    public static UserErrorException NotPem(string file) => new($"`{file}` is not a key: it has no PEM text in it", HowToMake);

    /// <summary>The PEM text is something else than a public key.</summary>
    public static UserErrorException NotPublic(string file, string label) => new(
        label.EndsWith("PRIVATE KEY", StringComparison.Ordinal) ? $"`{file}` is a private key, and what is checked needs the public one" : $"`{file}` is not a public key: its PEM text is `{label}`",
        label.EndsWith("PRIVATE KEY", StringComparison.Ordinal) ? $"`openssl pkey -in {ShellText.Quote(file)} -pubout` prints its public part; keep the private one to yourself" : HowToMake);

    /// <summary>The PEM text is something else than a private key.</summary>
    public static UserErrorException NotPrivate(string file, string label) => new(
        label is "PUBLIC KEY" ? $"`{file}` is a public key, and cannot sign" : $"`{file}` is not a private key of a form that is known: its PEM text is `{label}`",
        label switch
        {
            "PUBLIC KEY" => "name the private key that belongs to it; or give `--sign-with COMMAND` when a program of yours holds it",
            "encrypted EC PRIVATE KEY" => $"convert it: `openssl pkcs8 -topk8 -in {ShellText.Quote(file)} -out pkcs8.key`",
            _ => $"the forms are PKCS#8, in the clear or encrypted; {HowToMake}",
        });

    /// <summary>The key is of another algorithm.</summary>
    public static UserErrorException Unknown(string file, string algorithm) => new(
        $"the key in `{file}` is {algorithm}, and only Ed25519 and ECDSA with P-256 are known", HowToMake);

    /// <summary>The key cannot be read.</summary>
    public static UserErrorException Damaged(string file, Exception damage) => new($"the key in `{file}` is damaged: {damage.Message}", "write it again from where you keep it", inner: damage);

    /// <summary>The key is encrypted, and no passphrase was given.</summary>
    public static UserErrorException NeedsPassphrase(string file) => new(
        $"the key in `{file}` is encrypted", "give its passphrase with `--passphrase-file FILE`, or in the variable `MONOGRES_KEY_PASSPHRASE`");

    /// <summary>The passphrase is not that of the key.</summary>
    public static UserErrorException WrongPassphrase(string file) => new(
        $"the passphrase is not that of the key in `{file}`",
        "it is read from `--passphrase-file FILE`, else from the variable `MONOGRES_KEY_PASSPHRASE`; one line end at its end is not part of it");
}
