using System.IO.Compression;
using System.Text;
using Monogres.Sources.Git;
using Monogres.Testing;

namespace Monogres.Sources.Tests.Git;

/// <summary>A bare git repository with loose objects, written here byte by byte.</summary>
internal sealed class SmallRepository : IDisposable
{
    public const long Seconds = 1_700_000_000;

    private readonly TemporaryDirectory _directory = new();

    public SmallRepository()
    {
        Directory.CreateDirectory(_directory["objects"]);
        Directory.CreateDirectory(_directory["refs/tags"]);
        File.WriteAllText(_directory["HEAD"], "ref: refs/heads/master\n");
    }

    public string Path => _directory.Path;

    public string this[string path] => _directory[path];

    /// <summary>A commit of files; a name that ends with <c>*</c> is executable, one that ends with <c>@</c> a link.</summary>
    public string Commit(params (string Path, string Text)[] files) =>
        Write("commit", Encoding.UTF8.GetBytes($"tree {Tree(files)}\nauthor A <a@example.org> {Seconds} +0000\ncommitter A <a@example.org> {Seconds} +0000\n\nRelease\n"));

    public void Tag(string name, string id) => File.WriteAllText(_directory[$"refs/tags/{name}"], id + "\n");

    public string AnnotatedTag(string name, string commit)
    {
        var id = Write("tag", Encoding.UTF8.GetBytes($"object {commit}\ntype commit\ntag {name}\ntagger A <a@example.org> {Seconds} +0000\n\nIt\n"));
        Tag(name, id);
        return id;
    }

    public string FileOf(string id) => _directory[$"objects/{id[..2]}/{id[2..]}"];

    public GitRepository Open() => GitRepository.Open(Path);

    public void Dispose() => _directory.Dispose();

    /// <summary>Writes an object under its id, or under another one.</summary>
    public string Write(string kind, byte[] content, string? under = null)
    {
        var id = under ?? GitHash.Of(Enum.Parse<GitObjectKind>(kind, ignoreCase: true), content);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(FileOf(id))!);
        using var file = new ZLibStream(File.Create(FileOf(id)), CompressionLevel.Fastest);
        file.Write([.. Encoding.ASCII.GetBytes($"{kind} {content.Length}\0"), .. content]);
        return id;
    }

    // In git's order a directory sorts as if its name ended with a slash.
    private string Tree((string Path, string Text)[] files)
    {
        var entries = files.GroupBy(file => file.Path.Split('/')[0], StringComparer.Ordinal).Select(group => group.First().Path.Contains('/', StringComparison.Ordinal)
            ? (Mode: "40000", Name: group.Key, Order: group.Key + "/", Id: Tree([.. group.Select(file => (file.Path[(group.Key.Length + 1)..], file.Text))]))
            : (Mode: group.Key[^1] switch { '*' => "100755", '@' => "120000", _ => "100644" }, Name: group.Key.TrimEnd('*', '@'), Order: group.Key.TrimEnd('*', '@'), Id: Write("blob", Encoding.UTF8.GetBytes(group.First().Text))));
        return Write("tree", [.. entries.OrderBy(entry => entry.Order, StringComparer.Ordinal).SelectMany(entry => (byte[])[.. Encoding.UTF8.GetBytes($"{entry.Mode} {entry.Name}\0"), .. Convert.FromHexString(entry.Id)])]);
    }
}
