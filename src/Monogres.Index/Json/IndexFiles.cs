using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Monogres.Core;

namespace Monogres.Index.Json;

/// <summary>Opens the files of an index and names them relative to it.</summary>
internal sealed class IndexFiles(string directory, IndexProblemList problems)
{
    // Comments and trailing commas would be lost by every tool that rewrites the file.
    private static readonly JsonDocumentOptions Strict = new() { CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false, MaxDepth = 32 };

    private readonly ConcurrentDictionary<string, Sha256Hash> _hashes = new(StringComparer.Ordinal);

    /// <summary>The text of a file that another one names, such as a shim; null after recording a problem.</summary>
    public string? ReadText(string file, JsonField askedBy)
    {
        try
        {
            using var text = new StreamReader(new MemoryStream(Hashed(file, File.ReadAllBytes(Path.Combine(directory, file)))));
            return text.ReadToEnd();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            askedBy.Problem($"names the file `{file}`, which does not exist");
            return null;
        }
    }

    /// <summary>Parses a file and hands its top value to <paramref name="read"/>; default after recording a problem.</summary>
    public async Task<T?> ReadAsync<T>(string file, Func<JsonField, T> read, CancellationToken cancel)
        where T : class
    {
        try
        {
            var bytes = Hashed(file, await File.ReadAllBytesAsync(Path.Combine(directory, file), cancel));
            using var document = JsonDocument.Parse(bytes, Strict);
            return read(new JsonField(document.RootElement, "", problems.Of(file)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Of(file).Add("", "is not there");
        }
        catch (UnauthorizedAccessException)
        {
            problems.Of(file).Add("", "may not be read by this user");
        }
        catch (JsonException e)
        {
            problems.Of(file).Add("", $"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {Cause(e)}", "the files are plain JSON: no comments, no comma after the last element");
        }

        return null;
    }

    // The runtime repeats the position at the end of its message, counted from zero.
    private static string Cause(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
    }

    /// <summary>The names of the directories in a directory of the index, sorted; none when it is not there.</summary>
    public IReadOnlyList<string> Directories(string name)
    {
        var path = Path.Combine(directory, name);
        return Directory.Exists(path) ? [.. Directory.EnumerateDirectories(path).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>The names of the JSON files in a directory of the index, sorted; none when it is not there.</summary>
    public IReadOnlyList<string> JsonFiles(string name)
    {
        var path = Path.Combine(directory, name);
        return Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, "*.json").Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>The digest of every file by path and content, those included that nobody has read yet: of the lines that <c>sha256sum</c> prints for them.</summary>
    public async Task<Digest> DigestAsync(CancellationToken cancel)
    {
        string[] files = [.. IndexTree.Of(directory).Where(entry => !entry.IsDirectory).Select(entry => entry.Path).Order(StringComparer.Ordinal)];
        await Parallel.ForEachAsync(files.Where(file => !_hashes.ContainsKey(file)), cancel, async (file, token) => Hashed(file, await File.ReadAllBytesAsync(Path.Combine(directory, file), token)));
        var lines = new StringBuilder();
        foreach (var file in files)
            lines.Append(_hashes[file]).Append("  ").Append(file).Append('\n');

        return Digest.Of(Encoding.UTF8.GetBytes(lines.ToString()));
    }

    private byte[] Hashed(string file, byte[] content)
    {
        _hashes[file] = Sha256Hash.Of(content);
        return content;
    }

    public bool Exists(string file) => File.Exists(Path.Combine(directory, file));
}
