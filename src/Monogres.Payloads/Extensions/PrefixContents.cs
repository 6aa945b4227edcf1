using System.Collections.Immutable;
using Monogres.Payloads.Binaries;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Payloads.Extensions;

/// <summary>What else is in the prefix when an extension runs: the server, and the other projects that it requires.</summary>
/// <param name="Extensions">The extensions that have a control file there.</param>
/// <param name="Libraries">The names of the files in its directory of libraries.</param>
public sealed record PrefixContents(ImmutableHashSet<string> Extensions, ImmutableHashSet<string> Libraries)
{
    /// <summary>Nothing.</summary>
    public static PrefixContents None { get; } = new(ImmutableHashSet.Create<string>(StringComparer.Ordinal), ImmutableHashSet.Create<string>(StringComparer.Ordinal));

    /// <summary>Lists what some payloads have.</summary>
    /// <exception cref="BlobMissingException">A directory is lost.</exception>
    public static async Task<PrefixContents> ReadAsync(TreeFiles trees, IEnumerable<Digest> payloads, RelativePath prefix, CancellationToken cancel)
    {
        var extensions = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var libraries = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var payload in payloads)
        {
            foreach (var file in await NamesAsync(trees, payload, prefix.Combine(InstallationLayout.Extensions), cancel))
            {
                if (file.EndsWith(InstallationLayout.ControlSuffix, StringComparison.Ordinal))
                    extensions.Add(file[..^InstallationLayout.ControlSuffix.Length]);
            }

            libraries.UnionWith(await NamesAsync(trees, payload, prefix.Combine(InstallationLayout.Libraries), cancel));
        }

        return new PrefixContents(extensions.ToImmutable(), libraries.ToImmutable());
    }

    private static async ValueTask<IEnumerable<string>> NamesAsync(TreeFiles trees, Digest payload, RelativePath directory, CancellationToken cancel) =>
        await trees.FindDirectoryAsync(payload, directory, cancel) is { } found ? found.Files.Select(file => file.Name).Concat(found.Symlinks.Select(link => link.Name)) : [];
}
