using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Monogres.Core;
using Monogres.Proof.Comparison.Containers;

namespace Monogres.Proof.Verification;

/// <summary>
/// A sum of a directory: of the names, kinds and contents of all that is in it, and of who may run a file. Owners, times and what the
/// umask takes away are left out: whoever unpacks sets them.
/// </summary>
internal static class TreeSum
{
    private const int OwnerMayRun = 0b001_000_000, Special = 0b111_000_000_000;

    /// <summary>The SHA-256 over a line for each entry, sorted.</summary>
    /// <exception cref="UserErrorException">Something in it cannot be read.</exception>
    public static async Task<Sha256Hash> OfAsync(string directory, CancellationToken cancel)
    {
        var tree = new DirectoryArchive(directory);
        List<string> lines = [];
        foreach (var entry in await tree.ListAsync(cancel))
        {
            Sha256Hash? content = entry.HasContent ? await Equality.HashAsync(tree.Find(entry), cancel) : null;
            var mode = entry.HasContent ? entry.Mode & (OwnerMayRun | Special) : null;
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{entry.Kind} {mode} {content} {entry.Target} {entry.Path}\n"));
        }

        lines.Sort(StringComparer.Ordinal);
        return Sha256Hash.Of(Encoding.UTF8.GetBytes(string.Concat(lines)));
    }
}
