using System.IO.Compression;
using System.Text;

namespace Monogres.Sources.Git;

/// <summary>The objects of a repository, packed or by themselves. Each is verified when it is read: its content has the id that it was asked for by, so what hangs together by ids is what it says it is.</summary>
internal sealed class GitObjects : IDisposable
{
    private const int MostAlternates = 8;

    private readonly List<string> _directories = [];
    private readonly List<GitPack> _packs = [];

    /// <summary>Opens the objects.</summary>
    /// <param name="directory">The directory <c>objects</c>; those that it names as alternates are read, too.</param>
    public GitObjects(string directory) => Add(directory);

    /// <summary>The object of that id, or null when the repository does not have it.</summary>
    /// <exception cref="Core.UserErrorException">It is damaged.</exception>
    public GitObject? Find(string id)
    {
        try
        {
            if (FindUnverified(id) is not { } found)
                return null;

            return string.Equals(GitHash.Of(found.Kind, found.Content.Span), id, StringComparison.Ordinal) ? found : throw GitErrors.Damaged(id, "its content has another id");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw GitErrors.Damaged(id, e.Message);
        }
    }

    /// <summary>The object of that id.</summary>
    /// <exception cref="GitObjectMissingException">The repository does not have it.</exception>
    /// <exception cref="Core.UserErrorException">It is damaged.</exception>
    public GitObject Get(string id) => Find(id) ?? throw new GitObjectMissingException(id);

    public void Dispose() => _packs.ForEach(pack => pack.Dispose());

    private void Add(string directory)
    {
        // Alternates may name each other in a circle.
        if (_directories.Count >= MostAlternates || _directories.Contains(directory, StringComparer.Ordinal) || !Directory.Exists(directory))
            return;

        _directories.Add(directory);
        var packs = Path.Combine(directory, "pack");
        if (Directory.Exists(packs))
            _packs.AddRange(Directory.EnumerateFiles(packs, "*.pack").Where(pack => File.Exists(Path.ChangeExtension(pack, ".idx"))).Order(StringComparer.Ordinal).Select(pack => new GitPack(pack)));
        var alternates = Path.Combine(directory, "info/alternates");
        if (!File.Exists(alternates))
            return;
        foreach (var line in File.ReadLines(alternates).Where(line => line.Length > 0 && line[0] is not '#'))
            Add(Path.GetFullPath(line, directory));
    }

    private GitObject? FindUnverified(string id)
    {
        var bytes = Convert.FromHexString(id);
        foreach (var pack in _packs)
        {
            if (pack.Find(bytes, Get) is { } packed)
                return packed;
        }

        return _directories.Select(directory => Path.Combine(directory, id[..2], id[2..])).FirstOrDefault(File.Exists) is { } loose ? ReadLoose(loose) : null;
    }

    // KIND SIZE\0CONTENT, compressed.
    private static GitObject ReadLoose(string path)
    {
        using var file = File.OpenRead(path);
        using var inflated = new ZLibStream(file, CompressionMode.Decompress);
        using var all = new MemoryStream();
        inflated.CopyTo(all);
        var bytes = all.ToArray();
        var end = Array.IndexOf(bytes, (byte)0);
        var kind = end < 0 ? "" : Encoding.ASCII.GetString(bytes, 0, end).Split(' ')[0];
        return new GitObject(
            kind switch
            {
                "commit" => GitObjectKind.Commit,
                "tree" => GitObjectKind.Tree,
                "blob" => GitObjectKind.Blob,
                "tag" => GitObjectKind.Tag,
                _ => throw new InvalidDataException("it has no header"),
            },
            bytes.AsMemory(end + 1));
    }
}
