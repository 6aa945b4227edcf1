using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Extensions;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Portable;

/// <summary>What a portable tree asks of a payload: its files, and what those of them need that are programs or libraries.</summary>
/// <param name="Entries">All files and links, relative to the prefix, in the order of a <see cref="TreeWalk"/>.</param>
/// <param name="Binaries">The programs and libraries among them.</param>
/// <param name="Libraries">The names in its library directory that the loader can be asked for.</param>
internal sealed record InstalledBinaries(ImmutableArray<TreeEntry> Entries, ImmutableArray<LinkedBinary> Binaries, ImmutableHashSet<string> Libraries)
{
    /// <summary>Reads a payload.</summary>
    /// <param name="store">Has it.</param>
    /// <param name="payload">From <c>/</c> on.</param>
    /// <param name="prefix">Where it is installed.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">A file claims to be ELF and is malformed.</exception>
    public static async Task<InstalledBinaries> ReadAsync(TreeStore store, Digest payload, RelativePath prefix, CancellationToken cancel)
    {
        var entries = ImmutableArray.CreateBuilder<TreeEntry>();
        var binaries = ImmutableArray.CreateBuilder<LinkedBinary>();
        var libraries = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        if (await TreeWalk.FindDirectoryAsync(store.Blobs, payload, prefix, cancel) is { } installation)
        {
            await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, installation, cancel))
            {
                if (entry is TreeEntry.Directory)
                    continue;

                entries.Add(entry);
                if (entry.Path.Parent == InstallationLayout.Libraries)
                    libraries.Add(entry.Path.Name);
                if (entry is TreeEntry.File file && await FileNeeds.OfAsync(store, file, cancel) is { } needs)
                    binaries.Add(new LinkedBinary(file.Path, needs.Libraries, needs.Runpath));
            }
        }

        return new InstalledBinaries(entries.ToImmutable(), binaries.ToImmutable(), libraries.ToImmutable());
    }

    /// <summary>What its control files say, by the names of the extensions. One that cannot be read says nothing here: the server refuses it.</summary>
    public async Task<Dictionary<string, ControlFile>> ControlsAsync(IBlobStore blobs, PgVersion server, CancellationToken cancel)
    {
        var (reader, controls) = (new ControlFileReader(server), new Dictionary<string, ControlFile>(StringComparer.Ordinal));
        foreach (var file in Entries.OfType<TreeEntry.File>().Where(file => file.Path.Parent == InstallationLayout.Extensions && file.Path.Name.EndsWith(InstallationLayout.ControlSuffix, StringComparison.Ordinal)))
        {
            if (reader.Read(file.Path.Name, await blobs.ReadAllAsync(file.Content, cancel)).Control is { } control)
                controls[file.Path.Name[..^InstallationLayout.ControlSuffix.Length]] = control;
        }

        return controls;
    }
}
