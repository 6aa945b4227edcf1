using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Payloads.Extensions;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Sources.Inspection;

/// <summary>
/// A source tree opened for reading: the names of all files, and the content of those that say something about how it is
/// built, which are few and small. A symbolic link to such a file is that file.
/// </summary>
public sealed partial class SourceFiles
{
    // No makefile, control file, licence or readme is longer, and few sources.
    private const long LargestFile = 2 << 20;
    private const long LargestScript = 256 << 10;
    private const long LargestTotal = 256 << 20;

    private readonly Dictionary<string, byte[]> _contents;
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);

    private SourceFiles(ImmutableArray<string> paths, Dictionary<string, byte[]> contents)
    {
        Paths = paths;
        _contents = contents;
        Names = paths.ToImmutableHashSet(StringComparer.Ordinal);
    }

    /// <summary>The path of every file, in order.</summary>
    public ImmutableArray<string> Paths { get; }

    /// <summary>The same, to look one up.</summary>
    public ImmutableHashSet<string> Names { get; }

    /// <summary>Reads a tree.</summary>
    /// <param name="blobs">Has it.</param>
    /// <param name="tree">Its root.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">Something of it is not in the store.</exception>
    public static async Task<SourceFiles> OpenAsync(IBlobStore blobs, Digest tree, CancellationToken cancel)
    {
        Dictionary<string, Digest> files = new(StringComparer.Ordinal);
        HashSet<string> programs = new(StringComparer.Ordinal);
        List<TreeEntry.Symlink> links = [];
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, tree, cancel))
        {
            if (entry is TreeEntry.File file)
            {
                files.Add(file.Path.Value, file.Content);
                if (file.Executable && file.Content.Size <= LargestScript)
                    programs.Add(file.Path.Value);
            }
            else if (entry is TreeEntry.Symlink link)
                links.Add(link);
        }

        foreach (var link in links)
        {
            if (RelativePath.TryResolve(link.Path.Parent, link.Target, out var target) && files.TryGetValue(target.Value, out var content))
                files.Add(link.Path.Value, content);
        }

        string[] paths = [.. files.Keys.Order(StringComparer.Ordinal)];
        var left = LargestTotal;
        string[] wanted = [.. paths.Where(path => (IsTelling(path) || programs.Contains(path)) && files[path].Size <= LargestFile && (left -= files[path].Size) >= 0)];
        var contents = new byte[wanted.Length][];
        await Parallel.ForAsync(0, wanted.Length, cancel, async (i, stop) => contents[i] = await blobs.ReadAllAsync(files[wanted[i]], stop));
        return new SourceFiles([.. paths], wanted.Zip(contents).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
    }

    /// <summary>A folder of the source, as if it were all of it.</summary>
    public SourceFiles Below(string folder)
    {
        var prefix = folder + "/";
        string Inside(string path) => path[prefix.Length..];
        return new SourceFiles(
            [.. Paths.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).Select(Inside)],
            _contents.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(pair => Inside(pair.Key), pair => pair.Value, StringComparer.Ordinal));
    }

    /// <summary>The content of a file; null when it is not there, or says nothing about how the source is built.</summary>
    public byte[]? Bytes(string path) => _contents.GetValueOrDefault(path);

    /// <summary>The same as text, without the byte-order mark that make, compilers and JSON tools ignore too.</summary>
    public string? Text(string path) => _contents.TryGetValue(path, out var bytes) ? _texts.GetOrAdd(path, _ => Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF')) : null;

    /// <summary>Whether a file begins with a byte-order mark.</summary>
    public bool HasByteOrderMark(string path) => Bytes(path) is { } bytes && ByteOrderMark.IsAt(bytes);

    /// <summary>The lines of a file, from 1; none when it has no text here.</summary>
    public IEnumerable<(int Number, string Line)> Lines(string path) => (Text(path) ?? "").Split('\n').Select((line, i) => (i + 1, line.TrimEnd('\r')));

    /// <summary>The files of that name, those nearest to the top first.</summary>
    public IEnumerable<string> Named(Func<string, bool> isName) => Paths.Where(path => isName(NameOf(path))).OrderBy(path => path.AsSpan().Count('/'));

    /// <summary>The last segment of a path.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The path without its last segment; empty for a file at the top.</summary>
    public static string DirectoryOf(string path) => path.LastIndexOf('/') is >= 0 and var slash ? path[..slash] : "";

    /// <summary>Whether a file is source of C or C++.</summary>
    public static bool IsC(string path) => CSource().IsMatch(path);

    /// <summary>Whether a file is source of C++.</summary>
    public static bool IsCxx(string path) => path.EndsWith(".cpp", StringComparison.Ordinal) || path.EndsWith(".cc", StringComparison.Ordinal) || path.EndsWith(".cxx", StringComparison.Ordinal);

    /// <summary>Whether a file describes the runs of a service that tests the source.</summary>
    public static bool IsPipeline(string path) => Pipeline().IsMatch(path);

    private static bool IsTelling(string path) => IsC(path) || IsPipeline(path) || Telling().IsMatch(NameOf(path));

    [GeneratedRegex(@"^\.github/workflows/[^/]+\.ya?ml$|^\.(travis|gitlab-ci|cirrus)\.yml$|^\.circleci/config\.yml$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Pipeline();

    [GeneratedRegex(@"\.(c|h|cc|cpp|cxx|hpp)(\.in)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex CSource();

    [GeneratedRegex(@"^(GNUmakefile|[Mm]akefile)|\.mk(\.in)?$|^CMakeLists\.txt$|\.cmake(\.in)?$|^configure\.(ac|in)$|^configure$|^autogen\.sh$|^bootstrap$|^meson(\.build|_options\.txt|\.options)$|\.(sh|bash)$|^Cargo\.(toml|lock)$|^build\.rs$|\.control(\.in)?$|^META\.json(\.in)?$|^\.gitmodules$|conf|^(README|LICEN[CS]E|COPYING|COPYRIGHT)|\.(sql|sql\.in|spec|rs|pl|pm)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Telling();
}
