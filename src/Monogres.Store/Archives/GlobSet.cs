using System.Collections.Immutable;

namespace Monogres.Store.Archives;

/// <summary>
/// Patterns for paths. In a pattern <c>?</c> stands for one character and <c>*</c> for any number of characters, neither
/// for <c>/</c>; a segment <c>**</c> stands for any number of whole segments, also none. Every other character, also
/// <c>[</c>, stands for itself. A pattern describes a whole path, and with a directory everything in it:
/// <c>usr/share/doc</c> and <c>usr/share/doc/**</c> say the same.
/// </summary>
public sealed class GlobSet
{
    private readonly ImmutableArray<Glob> _globs;

    private GlobSet(ImmutableArray<Glob> globs) => _globs = globs;

    /// <summary>Matches nothing.</summary>
    public static GlobSet Empty { get; } = new([]);

    /// <summary>Reads patterns.</summary>
    /// <exception cref="FormatException">A pattern is not a relative path in normal form, or has <c>**</c> beside other characters.</exception>
    public static GlobSet Parse(IEnumerable<string> patterns) => new([.. patterns.Select(Glob.Parse)]);

    /// <summary>Whether any of the patterns describes the path, or a directory that it is in.</summary>
    /// <param name="path">Segments separated by <c>/</c>, without a leading one.</param>
    public bool IsMatch(ReadOnlySpan<char> path)
    {
        foreach (var glob in _globs)
        {
            if (glob.IsMatch(path))
                return true;
        }

        return false;
    }

    /// <summary>One pattern, with the literal text before its first wildcard, which decides most comparisons.</summary>
    private sealed class Glob
    {
        private readonly string _literal;
        private readonly string[] _segments;

        private Glob(string literal, string[] segments) => (_literal, _segments) = (literal, segments);

        public static Glob Parse(string pattern)
        {
            var segments = pattern.Split('/');
            foreach (var segment in segments)
            {
                if (!Core.RelativePath.IsSegment(segment))
                    throw new FormatException($"the pattern '{pattern}' is not a relative path in normal form");
                if (segment.Contains("**", StringComparison.Ordinal) && segment.Length > 2)
                    throw new FormatException($"the pattern '{pattern}' has '**' beside other characters in one segment");
            }

            if (segments[^1] is not "**")
                segments = [.. segments, "**"];

            var wildcard = pattern.AsSpan().IndexOfAny('*', '?');
            if (wildcard < 0)
                return new Glob(pattern, segments);

            // `a/**` is also `a`: the slash before the wildcard is not certain.
            var literal = pattern[..wildcard];
            return new Glob(literal.EndsWith('/') ? literal[..^1] : literal, segments);
        }

        public bool IsMatch(ReadOnlySpan<char> path) => path.StartsWith(_literal, StringComparison.Ordinal) && IsMatch(_segments, path);

        private static bool IsMatch(ReadOnlySpan<string> pattern, ReadOnlySpan<char> path)
        {
            // The last `**` that was passed may take one segment more each time that the rest does not fit; going back
            // to an earlier one would gain nothing, since the later can take whatever the earlier could.
            ReadOnlySpan<string> retryPattern = default;
            ReadOnlySpan<char> retryPath = default;
            var (atEnd, retryAtEnd, canRetry) = (false, false, false);

            while (true)
            {
                if (pattern.Length > 0 && pattern[0] is "**")
                {
                    pattern = pattern[1..];
                    if (pattern.IsEmpty)
                        return true;

                    (retryAtEnd, canRetry) = (atEnd, true);
                    retryPattern = pattern;
                    retryPath = path;
                    continue;
                }

                if (pattern.IsEmpty && atEnd)
                    return true;

                if (!pattern.IsEmpty && !atEnd && IsSegmentMatch(pattern[0], First(path)))
                {
                    pattern = pattern[1..];
                    atEnd = !TryRest(path, out path);
                    continue;
                }

                if (!canRetry || retryAtEnd)
                    return false;

                retryAtEnd = !TryRest(retryPath, out retryPath);
                atEnd = retryAtEnd;
                pattern = retryPattern;
                path = retryPath;
            }
        }

        private static ReadOnlySpan<char> First(ReadOnlySpan<char> path)
        {
            var slash = path.IndexOf('/');
            return slash < 0 ? path : path[..slash];
        }

        private static bool TryRest(ReadOnlySpan<char> path, out ReadOnlySpan<char> rest)
        {
            var slash = path.IndexOf('/');
            rest = slash < 0 ? default : path[(slash + 1)..];
            return slash >= 0;
        }

        /// <summary>The same idea as above, with <c>*</c> and characters.</summary>
        private static bool IsSegmentMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
        {
            int p = 0, n = 0, star = -1, retry = 0;
            while (n < name.Length)
            {
                if (p < pattern.Length && pattern[p] == '*')
                {
                    (star, retry) = (p++, n);
                }
                else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
                {
                    (p, n) = (p + 1, n + 1);
                }
                else if (star >= 0)
                {
                    (p, n) = (star + 1, ++retry);
                }
                else
                {
                    return false;
                }
            }

            while (p < pattern.Length && pattern[p] == '*')
                p++;
            return p == pattern.Length;
        }
    }
}
