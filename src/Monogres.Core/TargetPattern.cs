using System.Diagnostics.CodeAnalysis;

namespace Monogres.Core;

/// <summary>
/// What a user types to select targets: <c>postgres</c> (the newest release), <c>postgres@15</c> (the newest of that
/// major), <c>postgres@15.18+minimal</c>, <c>postgres@15..18</c> (every release of those majors), <c>postgres@*</c>, <c>all</c>,
/// <c>pgvector/postgres@17</c>, <c>pgvector@*/postgres@17</c> (every version of it), <c>*/postgres@17</c>. <c>Index.Select</c> resolves it against an index.
/// </summary>
public sealed record TargetPattern
{
    private TargetPattern()
    {
    }

    /// <summary>The PostgreSQL project, or null for every one (<c>*</c>, <c>all</c>).</summary>
    public ProjectName? Server { get; private init; }

    /// <summary>Which of its releases.</summary>
    public required VersionChoice Versions { get; init; }

    /// <summary>The extensions, or null when PostgreSQL itself is meant.</summary>
    public ExtensionPattern? Extension { get; private init; }

    /// <summary>The option set, or null for the default one.</summary>
    public OptionSetName? OptionSet { get; private init; }

    /// <summary>Whether this is <c>all</c>: every release of every project.</summary>
    public bool IsAll { get; private init; }

    /// <summary>Reads a pattern; when false, <paramref name="error"/> says what was expected and where.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TargetPattern? pattern, [NotNullWhen(false)] out TargetSyntaxError? error)
    {
        var parser = new Parser(text);
        pattern = parser.Pattern();
        error = pattern is null ? parser.Error : null;
        return pattern is not null;
    }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="UserErrorException">The text is not a pattern; the details point at the place.</exception>
    public static TargetPattern Parse(string text) =>
        TryParse(text, out var pattern, out var error) ? pattern : throw TargetErrors.Malformed(error);

    /// <summary>The one target that this names completely, so that no index is needed; null when any part is open.</summary>
    public TargetName? AsName()
    {
        if (Server is not { } server || Versions is not VersionChoice.Exactly { Version: var version })
            return null;

        return Extension switch
        {
            null => new TargetName(server, version) { OptionSet = OptionSet },
            { Name: { } name, Version: { } extension, EveryVersion: false } =>
                new TargetName(server, version) { OptionSet = OptionSet, Extension = new ExtensionVersion(name, extension) },
            _ => null,
        };
    }

    /// <summary>The pattern in its shortest form.</summary>
    public override string ToString()
    {
        var versions = Versions.ToString();
        var server = IsAll ? "all" : $"{Server?.ToString() ?? "*"}{(versions is "" ? "" : $"@{versions}")}";
        return $"{(Extension is null ? "" : $"{Extension}/")}{server}{(OptionSet is { } set ? $"+{set}" : "")}";
    }

    // A grammar of one line: [extension[@version]/](all | server[@versions])[+option set]
    private sealed class Parser(string text)
    {
        public TargetSyntaxError Error { get; private set; } = new(text, 0, "a target");

        public TargetPattern? Pattern()
        {
            if (text.Length == 0)
                return Fail(0, "the name of a project, or `all`");

            var slash = text.IndexOf('/', StringComparison.Ordinal);
            ExtensionPattern? extension = null;
            if (slash >= 0 && (extension = Extension(text[..slash])) is null)
                return null;

            var start = slash + 1;
            var plus = text.IndexOf('+', start);
            OptionSetName? set = null;
            if (plus >= 0)
            {
                if (!OptionSetName.TryParse(text[(plus + 1)..], out var name))
                    return Fail(plus + 1, "the name of an option set, such as `minimal`");

                set = name;
            }

            var pattern = Server(start, plus < 0 ? text.Length : plus);
            return pattern is null ? null : pattern with { Extension = extension, OptionSet = set };
        }

        private ExtensionPattern? Extension(string part)
        {
            var at = part.IndexOf('@', StringComparison.Ordinal);
            var word = at < 0 ? part : part[..at];
            ProjectName name = default;
            if (word is not "*" && !ProjectName.TryParse(word, out name))
            {
                Fail(0, "the name of an extension, or `*`, before the slash");
                return null;
            }

            if (at >= 0 && part[(at + 1)..] is not ExtensionPattern.Every && !ExtensionVersion.IsVersion(part.AsSpan(at + 1)))
            {
                Fail(at + 1, "the version of the extension, such as `0.8.0`, or `*`");
                return null;
            }

            return new ExtensionPattern(word is "*" ? null : name, at < 0 ? null : part[(at + 1)..]);
        }

        private TargetPattern? Server(int start, int end)
        {
            var at = text.IndexOf('@', start, end - start);
            var word = text[start..(at < 0 ? end : at)];
            if (word is "all" && at < 0)
                return new TargetPattern { IsAll = true, Versions = new VersionChoice.Every() };

            ProjectName name = default;
            if (word is not "*" && !ProjectName.TryParse(word, out name))
                return Fail(start, start == 0 ? "the name of a project, or `all`" : "the PostgreSQL it is built against, such as `postgres@17`, after the slash");

            var versions = at < 0 ? new VersionChoice.Newest() : Versions(at + 1, end);
            return versions is null ? null : new TargetPattern { Server = word is "*" ? null : name, Versions = versions };
        }

        private VersionChoice? Versions(int start, int end)
        {
            var part = text.AsSpan(start, end - start);
            if (part is "*")
                return new VersionChoice.Every();

            var dots = part.IndexOf("..", StringComparison.Ordinal);
            if (dots < 0)
            {
                if (PgVersion.TryParse(part, out var version))
                    return new VersionChoice.Exactly(version);

                if (PgVersion.TryParseMajor(part, out var major))
                    return new VersionChoice.NewestOf(major);

                Fail(start, "a version such as `15.18`, a major such as `15`, majors such as `15..18`, or `*`");
                return null;
            }

            ReadOnlySpan<char> first = part[..dots], last = part[(dots + 2)..];
            if (PgVersion.TryParseMajor(first, out var from))
                return PgVersion.TryParseMajor(last, out var to) && to >= from
                    ? new VersionChoice.Majors(from, to)
                    : Bad(start + dots + 2, $"a major not before {from}");

            if (!PgVersion.TryParse(first, out var low))
                return Bad(start, "a major such as `15`, or a version such as `15.3`, before `..`");

            return PgVersion.TryParse(last, out var high) && high >= low
                ? new VersionChoice.Between(low, high)
                : Bad(start + dots + 2, $"a version not before {low}");
        }

        private VersionChoice? Bad(int position, string expected)
        {
            Fail(position, expected);
            return null;
        }

        private TargetPattern? Fail(int position, string expected)
        {
            Error = new TargetSyntaxError(text, position, expected);
            return null;
        }
    }
}

/// <summary>Which extensions a pattern asks for: the part before the slash.</summary>
/// <param name="Name">The extension, or null for every one (<c>*</c>).</param>
/// <param name="Version">Its version, <c>*</c> for every version that fits, or null for the newest that does.</param>
public sealed record ExtensionPattern(ProjectName? Name, string? Version)
{
    /// <summary>Stands for every version.</summary>
    public const string Every = "*";

    /// <summary>Whether every version that fits is asked for.</summary>
    public bool EveryVersion => Version is Every;

    /// <summary><c>pgvector@0.8.0</c>, <c>pgvector</c>, <c>pgvector@*</c>, <c>*</c></summary>
    public override string ToString() => $"{Name?.ToString() ?? "*"}{(Version is null ? "" : $"@{Version}")}";
}
