using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Monogres.Core;
using Monogres.Store.Archives;
using Monogres.Store.Disk;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>
/// A directory. Owners and times are left out: whoever unpacks or copies a tree sets them, so they say nothing of how it was
/// made. Links are not followed, and what is no file is not opened.
/// </summary>
/// <param name="root">An absolute path.</param>
internal sealed class DirectoryArchive(string root) : Archive
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, ReturnSpecialDirectories = false };

    public override string Format => "directory";

    // The order in which a file system lists names is its own.
    public override bool IsOrdered => false;

    public override async IAsyncEnumerable<Member> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var entry in await ListAsync(cancel))
        {
            if (!entry.HasContent)
            {
                yield return new Member(entry, Stream.Null);
                continue;
            }

            await using var content = await Find(entry).OpenAsync(cancel);
            yield return new Member(entry, content);
        }
    }

    public override Task<ImmutableArray<Entry>> ListAsync(CancellationToken cancel)
    {
        var entries = ImmutableArray.CreateBuilder<Entry>();
        Dictionary<(uint, uint, ulong), string> linked = [];
        Walk(root, "", entries, linked, cancel);
        return Task.FromResult(entries.DrainToImmutable());
    }

    public override Task<IReadOnlyDictionary<int, Content>> LoadAsync(IReadOnlyCollection<Entry> entries, int limit, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyDictionary<int, Content>>(entries.ToDictionary(entry => entry.Ordinal, entry => (Content)Find(entry)));

    public override FileContent Find(Entry entry) => new(Path.Combine(root, entry.Name));

    private static void Walk(string directory, string above, ImmutableArray<Entry>.Builder entries, Dictionary<(uint, uint, ulong), string> linked, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            foreach (var found in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", Everything).OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                // The runtime decodes what is not UTF-8 to this character, and would not find the file again.
                if (found.Name.Contains('\uFFFD', StringComparison.Ordinal) && FileFacts.Of(found.FullName) is null)
                    throw new UserErrorException($"the name of `{found.FullName}` is not UTF-8", "rename it, or compare archives of the directories");

                var path = above.Length == 0 ? found.Name : $"{above}/{found.Name}";
                var entry = Of(found, path, entries.Count, linked);
                entries.Add(entry);
                if (entry.Kind == EntryKind.Directory)
                    Walk(found.FullName, path, entries, linked, cancel);
            }
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw ComparisonErrors.Unreadable(directory, error);
        }
    }

    private static Entry Of(FileSystemInfo found, string path, int ordinal, Dictionary<(uint, uint, ulong), string> linked)
    {
        var entry = new Entry { Path = path, Name = path, Ordinal = ordinal };
        if (FileFacts.Of(found.FullName) is not { } facts)
            throw new IOException($"{found.FullName} is gone while it is compared");
        if (facts.Type == FileType.Symlink)
            return entry with { Kind = EntryKind.Symlink, Target = found.LinkTarget };

        return entry with
        {
            Kind = facts.Type switch
            {
                FileType.File => EntryKind.File,
                FileType.Directory => EntryKind.Directory,
                FileType.Pipe => EntryKind.Pipe,
                FileType.Socket => EntryKind.Socket,
                FileType.CharacterDevice => EntryKind.CharacterDevice,
                FileType.BlockDevice => EntryKind.BlockDevice,
                _ => EntryKind.Other,
            },
            Mode = facts.Mode,
            Size = facts.Type == FileType.File ? facts.Size : 0,
            Fields = facts is { Type: FileType.File, Links: > 1 } ? FirstName(facts, path, linked) : [],
        };
    }

    // Which names are one file is told by the first of them, which is the same in every copy of a tree.
    private static ImmutableArray<Field> FirstName(FileFacts facts, string path, Dictionary<(uint, uint, ulong), string> linked) =>
        linked.TryAdd(facts.Identity, path) ? [] : [new Field(HardLinks.FieldName, linked[facts.Identity])];
}

/// <summary>How hard links are told where they are no entries of their own.</summary>
internal static class HardLinks
{
    /// <summary>The field that names the first name of the same file.</summary>
    public const string FieldName = "hard link to";
}
