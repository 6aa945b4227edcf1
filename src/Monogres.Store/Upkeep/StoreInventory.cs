using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Store.Disk;
using Digest = Monogres.Core.Digest;
using Directory = System.IO.Directory;

namespace Monogres.Store.Upkeep;

/// <summary>What stands in the store's directories, by the names alone.</summary>
internal sealed class StoreInventory
{
    private StoreInventory(ImmutableArray<BlobFile> blobs, ImmutableArray<ActionFile> actions, ImmutableArray<RootDirectory> roots, ImmutableArray<StoredFile> strangers) =>
        (Blobs, Actions, Roots, Strangers) = (blobs, actions, roots, strangers);

    /// <summary>Blobs and executable twins.</summary>
    public ImmutableArray<BlobFile> Blobs { get; }

    public ImmutableArray<ActionFile> Actions { get; }

    public ImmutableArray<RootDirectory> Roots { get; }

    /// <summary>Files whose names no version of the store gives.</summary>
    public ImmutableArray<StoredFile> Strangers { get; }

    public static StoreInventory Of(LocalStore store)
    {
        var strangers = ImmutableArray.CreateBuilder<StoredFile>();
        var blobs = ImmutableArray.CreateBuilder<BlobFile>();
        foreach (var file in store.Blobs.Files())
        {
            var name = file.Name.AsSpan();
            var isTwin = name.EndsWith(".x");
            if (Sha256Hash.TryParse(isTwin ? name[..^2] : name, out var hash))
                blobs.Add(new BlobFile(new Digest(hash, file.Facts.Size), isTwin, file));
            else
                strangers.Add(file);
        }

        var actions = ImmutableArray.CreateBuilder<ActionFile>();
        foreach (var file in store.Actions.Files())
        {
            if (TryParseName(file.Name, out var action))
                actions.Add(new ActionFile(action, file, store.Actions.Read(file.Path)));
            else
                strangers.Add(file);
        }

        return new StoreInventory(blobs.ToImmutable(), actions.ToImmutable(), RootsOf(store), strangers.ToImmutable());
    }

    private static ImmutableArray<RootDirectory> RootsOf(LocalStore store) =>
        [.. Directory.EnumerateDirectories(store.RootsDirectory).Order(StringComparer.Ordinal)
            .Select(path => new RootDirectory(TryParseName(Path.GetFileName(path), out var tree) ? tree : null, path, LibC.Stat(path)?.LastUse ?? default))];

    private static bool TryParseName(string name, out Digest digest)
    {
        digest = default;
        if (name.Length <= 65 || name[64] != '-' || !Sha256Hash.TryParse(name.AsSpan(0, 64), out var hash)
            || !long.TryParse(name.AsSpan(65), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            return false;

        digest = new Digest(hash, size);
        return true;
    }
}

/// <param name="Digest">The hash in the name, and the size of the file.</param>
/// <param name="IsTwin">Whether it is the executable twin.</param>
/// <param name="File">Where it is.</param>
internal sealed record BlobFile(Digest Digest, bool IsTwin, StoredFile File);

/// <param name="Action">The digest in the name.</param>
/// <param name="File">Where it is.</param>
/// <param name="Result">The entry, or null when it is damaged.</param>
internal sealed record ActionFile(Digest Action, StoredFile File, ActionResult? Result);

/// <param name="Tree">The digest in the name, or null for any other name.</param>
/// <param name="Path">Where it is.</param>
/// <param name="LastUse">The access time of the directory.</param>
internal sealed record RootDirectory(Digest? Tree, string Path, DateTimeOffset LastUse);
