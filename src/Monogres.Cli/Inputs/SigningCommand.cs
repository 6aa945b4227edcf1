using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Monogres.Core;
using Monogres.Proof.Signatures;

namespace Monogres.Cli.Inputs;

/// <summary>
/// A command of the user's that signs: an agent, a device, a service holds the key. It is run by the shell, reads the bytes to
/// sign from its standard input, has their SHA-256 in <c>MONOGRES_DIGEST</c>, and prints the signature, raw or in base64.
/// </summary>
/// <param name="command">The command line.</param>
/// <param name="key">The public key that belongs to it: what it prints is verified before anything is written.</param>
internal sealed class SigningCommand(string command, VerificationKey key) : ISigner
{
    private const string DigestVariable = "MONOGRES_DIGEST";

    public VerificationKey Key => key;

    public async Task<byte[]> SignAsync(byte[] content, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[DigestVariable] = Sha256Hash.Of(content).ToString();
        using var process = Start(start);
        using var printed = new MemoryStream();
        try
        {
            await Task.WhenAll(WriteAsync(process, content, cancel), process.StandardOutput.BaseStream.CopyToAsync(printed, cancel));
            await process.WaitForExitAsync(cancel);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
            throw new UserErrorException($"the signing command ended with {process.ExitCode}", "what it printed to standard error is above; it reads the bytes to sign from standard input", [command]);

        // A signature in base64 is text, and one that is raw almost never; which one it is shows in what verifies.
        var raw = printed.ToArray();
        return Forms(raw).FirstOrDefault(form => key.Verify(content, form)) ?? throw new UserErrorException(
            $"what the signing command printed is no signature by the key {key}",
            "it must print the signature alone, raw or in base64: 64 bytes for Ed25519, DER for ECDSA over the SHA-256; `--key` takes the public key that belongs to it", [command]);
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception trouble)
        {
            throw new UserErrorException($"cannot start a shell for the signing command: {trouble.Message}", "it is run by /bin/sh", [command], trouble);
        }
    }

    // A command that signs the digest need not read the bytes, and may be gone before they are written.
    private static async Task WriteAsync(Process process, byte[] content, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(content, cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }

    private static IEnumerable<byte[]> Forms(byte[] printed)
    {
        yield return printed;
        var bytes = new byte[printed.Length];
        if (Convert.TryFromBase64String(Encoding.ASCII.GetString(printed).Trim(), bytes, out var length))
            yield return bytes[..length];
    }
}
