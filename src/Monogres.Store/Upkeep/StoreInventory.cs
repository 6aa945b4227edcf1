using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Store.Disk;
using Monogres.Store.Local;
using Digest = Monogres.Core.Digest;
using Directory = System.IO.Directory;

namespace Monogres.Store.Upkeep;

/// <summary>What stands in the store's directories, by the names alone.</summary>
internal sealed class StoreInventory
{
    private StoreInventory(
        ImmutableArray<BlobFile> blobs, ImmutableArray<EntryFile> entries, ImmutableArray<RootDirectory> roots, ImmutableArray<StoredFile> strangers) =>
        (Blobs, Entries, Roots, UnknownFiles) = (blobs, entries, roots, strangers);

    /// <summary>Blobs and executable twins.</summary>
    public ImmutableArray<BlobFile> Blobs { get; }

    /// <summary>Entries of the memo, then results of actions.</summary>
    public ImmutableArray<EntryFile> Entries { get; }

    public ImmutableArray<RootDirectory> Roots { get; }

    /// <summary>Files whose names no version of the store gives.</summary>
    public ImmutableArray<StoredFile> UnknownFiles { get; }

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

        // Whoever finds a step in the memo does not ask for its action: its result is used all the same.
        var entries = ImmutableArray.CreateBuilder<EntryFile>();
        var uses = new Dictionary<Digest, DateTimeOffset>();
        foreach (var file in store.Memo.Files())
        {
            if (!TryParseName(file.Name, out var key))
            {
                strangers.Add(file);
                continue;
            }

            var entry = store.Memo.Read(file.Path);
            entries.Add(new EntryFile.OfMemo(key, file, entry));
            if (entry?.Action is { } action)
                uses[action] = Later(uses.GetValueOrDefault(action), file.Facts.LastUse);
        }

        foreach (var file in store.Actions.Files())
        {
            if (TryParseName(file.Name, out var action))
                entries.Add(new EntryFile.OfAction(action, file, store.Actions.Read(file.Path)) { LastUse = Later(uses.GetValueOrDefault(action), file.Facts.LastUse) });
            else
                strangers.Add(file);
        }

        return new StoreInventory(blobs.ToImmutable(), entries.ToImmutable(), RootsOf(store), strangers.ToImmutable());
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static ImmutableArray<RootDirectory> RootsOf(LocalStore store) =>
        [.. Directory.EnumerateDirectories(store.RootsDirectory).Order(StringComparer.Ordinal)
            .Select(path => new RootDirectory(TryParseName(Path.GetFileName(path).Split('.')[0], out var tree) ? tree : null, path, LibC.Stat(path)?.LastUse ?? default))];

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

/// <summary>A remembered result.</summary>
/// <param name="Key">The digest in the name.</param>
/// <param name="File">Where it is.</param>
internal abstract record EntryFile(Digest Key, StoredFile File)
{
    /// <summary>When it was last used.</summary>
    public DateTimeOffset LastUse { get; init; } = File.Facts.LastUse;

    /// <summary>Whether its content cannot be used.</summary>
    public abstract bool IsDamaged { get; }

    /// <summary>What it needs directly.</summary>
    public abstract IEnumerable<Reference> Needs(DiskBlobStore blobs);

    /// <param name="Action">The digest in the name.</param>
    /// <param name="File">Where it is.</param>
    /// <param name="Result">The result, or null when it is damaged.</param>
    public sealed record OfAction(Digest Action, StoredFile File, ActionResult? Result) : EntryFile(Action, File)
    {
        public override bool IsDamaged => Result is null;

        /// <summary>The trees that it gave, where it names them by their roots.</summary>
        public ImmutableArray<Digest> Trees => [.. (Result?.OutputDirectories ?? []).Where(directory => directory.RootDirectoryDigest is not null).Select(directory => directory.RootDirectoryDigest.ToDigest())];

        public override IEnumerable<Reference> Needs(DiskBlobStore blobs) => Result is null ? [] : References.Of(blobs, Action, Result);
    }

    /// <param name="Key">The digest in the name.</param>
    /// <param name="File">Where it is.</param>
    /// <param name="Entry">The entry, or null when it is damaged.</param>
    public sealed record OfMemo(Digest Key, StoredFile File, MemoEntry? Entry) : EntryFile(Key, File)
    {
        public override bool IsDamaged => Entry is null;

        public override IEnumerable<Reference> Needs(DiskBlobStore blobs) => Entry is null ? [] : References.Of(Entry);
    }
}

/// <param name="Tree">The digest in the name, or null for any other name.</param>
/// <param name="Path">Where it is.</param>
/// <param name="LastUse">The access time of the directory.</param>
internal sealed record RootDirectory(Digest? Tree, string Path, DateTimeOffset LastUse);
