using System.Text;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Layout;

/// <summary>A description of a library for pkg-config, <c>lib/pkgconfig/libpq.pc</c>, which names the directories that the library was installed into.</summary>
internal static partial class PkgConfigFile
{
    private const string Suffix = ".pc", Directory = "pkgconfig";

    /// <summary>Whether a file is one, by its path.</summary>
    public static bool IsOne(RelativePath path) =>
        path.Name.EndsWith(Suffix, StringComparison.Ordinal) && string.Equals(path.Parent.Name, Directory, StringComparison.Ordinal);

    /// <summary>The file with its prefix relative to the directory that it is in, which pkg-config knows as <c>${pcfiledir}</c>: it is right wherever the tree is unpacked.</summary>
    /// <param name="blobs">Has the file, and gets the new one.</param>
    /// <param name="file">The file, its path from the prefix on.</param>
    /// <param name="prefix">Where it was installed.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Digest> RelocateAsync(IBlobStore blobs, TreeEntry.File file, RelativePath prefix, CancellationToken cancel)
    {
        // Every byte stands for itself, whatever the encoding.
        var text = Encoding.Latin1.GetString(await blobs.ReadAllAsync(file.Content, cancel));
        var relocated = Relocate(text, file.Path, prefix);
        return string.Equals(relocated, text, StringComparison.Ordinal) ? file.Content : await blobs.PutAsync(Encoding.Latin1.GetBytes(relocated), cancel);
    }

    private static string Relocate(string text, RelativePath path, RelativePath prefix)
    {
        var fromHere = $"${{pcfiledir}}/{path.Parent.LinkTo(RelativePath.Root)}";
        var hasPrefix = false;
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (PrefixVariable().Match(lines[i]) is { Success: true } variable && string.Equals(variable.Groups["path"].Value, $"/{prefix}", StringComparison.Ordinal))
            {
                lines[i] = $"prefix={fromHere}";
                hasPrefix = true;
            }
            else
            {
                lines[i] = Regex.Replace(lines[i], $@"(?<!/[\w.+-]*)/{Regex.Escape(prefix.Value)}(?![\w.+-])", _ => hasPrefix ? "${prefix}" : fromHere, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            }
        }

        return string.Join('\n', lines);
    }

    [GeneratedRegex(@"^prefix\s*=\s*(?<path>/.*?)/?\s*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PrefixVariable();
}
