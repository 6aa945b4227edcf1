using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>
/// Reads from a source which versions of PostgreSQL it is for: where its makefiles, configure, CMake and C code stop, the
/// features of a crate, <c>META.json</c>, and last the versions that its authors test with.
/// </summary>
internal static partial class PostgresClaims
{
    // Older majors are numbered with two parts, and nobody builds for them any more. The last one stands for all to come.
    private const int FirstMajor = 10, Future = 60;

    private static readonly ImmutableArray<int> Majors = [.. Enumerable.Range(FirstMajor, 15), Future];

    /// <summary>What is claimed, and for which versions the build does not certainly stop.</summary>
    public static (PostgresClaim Claimed, PostgresClaim Enforced) Of(SourceFiles files, SourceMakefiles makefiles, CSources c, MetaJson? meta, string? style)
    {
        PostgresClaim[] stops = style is SourceStyles.Pgxs or SourceStyles.Autoconf ? [.. makefiles.All.Select(makefile => Stops(makefiles, makefile)).OfType<PostgresClaim>()] : [];
        PostgresClaim[] crate = style is SourceStyles.Cargo && Features(files) is { } features ? [features] : [];
        PostgresClaim[] configure = style is SourceStyles.Autoconf && Configure(files) is { } checks ? [checks] : [];
        var claimed = PostgresClaim.Narrowest(
        [
            .. c.Guards, .. stops, .. crate, .. configure,
            .. style is SourceStyles.CMake ? CMake(files) : [],
            .. makefiles.All.SelectMany(Messages),
            .. meta?.Postgres is { } range ? (PostgresClaim[])[OfMeta(range)] : [],
        ]);
        if (claimed.First is null && (Tested(files) ?? Readme(files)) is { } tested)
            claimed = PostgresClaim.Narrowest([claimed, tested]);
        return (claimed, PostgresClaim.Narrowest([.. c.Enforced, .. style is SourceStyles.Pgxs ? stops.Where(stop => stop.IsCertain) : [], .. crate]));
    }

    /// <summary>Reads a makefile as make would for one PostgreSQL after the other, and sees for which an <c>$(error …)</c> stops it.</summary>
    private static PostgresClaim? Stops(SourceMakefiles makefiles, Makefile makefile)
    {
        if (!makefile.Expansions.Any(text => IsError(text.Text)))
            return null;

        MakeText? Stop(int major) => makefiles.For(makefile, major)?.Expansions.FirstOrDefault(text => IsError(text.Text) && !text.MayNotBeRead);
        var stops = Majors.Select(major => (Major: major, Stop: Stop(major))).ToArray();
        // One that stops for all of them is about something else.
        if (stops.All(one => one.Stop is null) || stops.All(one => one.Stop is not null))
            return null;

        var (good, why) = (stops.Where(one => one.Stop is null).Select(one => one.Major).ToArray(), stops.First(one => one.Stop is not null).Stop!);
        return new PostgresClaim(good[0] == FirstMajor ? null : good[0], good[^1] == Future ? null : good[^1], $"{why.File}:{why.Line}") { IsCertain = !makefile.Path.Contains('/', StringComparison.Ordinal) };
    }

    private static bool IsError(string text) => text.StartsWith("$(error", StringComparison.Ordinal) || text.StartsWith("${error", StringComparison.Ordinal);

    // `$(error PostgreSQL 9.6 or later is required)`, whatever it depends on.
    private static IEnumerable<PostgresClaim> Messages(Makefile makefile) => makefile.Assignments.Concat(makefile.Expansions)
        .SelectMany(text => MakeReferences.Calls(text.Text, "error").Select(error => (text, error)))
        .Select(at => (at.text, Least: LeastPostgres().Match(VariableReference().Replace(at.error, match => string.Join(' ', makefile.Words(match.Groups["name"].Value))))))
        .Where(at => at.Least.Success)
        .Select(at => new PostgresClaim(Major(at.Least.Groups["major"].Value), null, $"{at.text.File}:{at.text.Line}"));

    // `elif test "$version_num" != '15' -a "$version_num" != '16'`, `if test $PGVER -lt 14`, and an error behind it.
    private static PostgresClaim? Configure(SourceFiles files)
    {
        foreach (var path in ((string[])["configure.ac", "configure.in"]).Where(files.Names.Contains))
        {
            var lines = files.Lines(path).ToArray();
            for (var i = 0; i < lines.Length; i++)
            {
                var line = lines[i].Line;
                if (!lines.Skip(i).Take(3).Any(next => next.Line.Contains("AC_MSG_ERROR", StringComparison.Ordinal)) || ConfigureTest().Matches(line) is not { Count: > 0 } tests)
                    continue;

                int?[] only = [.. tests.Where(test => test.Groups["sign"].Value is "!=" or "-ne").Select(test => Major(test.Groups["major"].Value))];
                var least = tests.Where(test => test.Groups["sign"].Value is "-lt").Select(test => Major(test.Groups["major"].Value)).FirstOrDefault();
                var last = tests.Where(test => test.Groups["sign"].Value is "-gt").Select(test => Major(test.Groups["major"].Value)).FirstOrDefault();
                if (only.Length > 1 && only.All(one => one is not null))
                    return new PostgresClaim(only.Min(), only.Max(), $"{path}:{lines[i].Number}");
                if (least is not null || last is not null)
                    return new PostgresClaim(least, last, $"{path}:{lines[i].Number}");
            }
        }

        return null;
    }

    // `if(PG_VERSION_MAJOR LESS 14)`, `VERSION_LESS "14"`, and a fatal error behind it.
    private static IEnumerable<PostgresClaim> CMake(SourceFiles files)
    {
        foreach (var path in files.Named(name => name is "CMakeLists.txt").Where(path => !SourceMakefiles.IsAside(path)))
        {
            var lines = files.Lines(path).ToArray();
            for (var i = 0; i < lines.Length; i++)
            {
                if (CMakeTest().Match(lines[i].Line) is not { Success: true } test || !lines.Skip(i).Take(3).Any(next => next.Line.Contains("FATAL_ERROR", StringComparison.Ordinal)) || Major(test.Groups["major"].Value) is not { } major)
                    continue;

                yield return test.Groups["sign"].Value.EndsWith("LESS", StringComparison.Ordinal)
                    ? new PostgresClaim(major, null, $"{path}:{lines[i].Number}")
                    : new PostgresClaim(null, test.Groups["sign"].Value.EndsWith("EQUAL", StringComparison.Ordinal) ? major - 1 : major, $"{path}:{lines[i].Number}");
            }
        }
    }

    // `pg17 = ["pgrx/pg17"]`: cargo-pgrx builds for these, and for no other.
    private static PostgresClaim? Features(SourceFiles files)
    {
        foreach (var path in files.Named(name => name is "Cargo.toml"))
        {
            int[] majors = [.. files.Lines(path).Select(pair => Feature().Match(pair.Line)).Where(match => match.Success).Select(match => int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture))];
            if (majors.Length > 0)
                return new PostgresClaim(majors.Min(), majors.Max(), path);
        }

        return null;
    }

    // Authors test with what they mean to support at least; newer ones often do as well.
    private static PostgresClaim? Tested(SourceFiles files)
    {
        foreach (var path in files.Paths.Where(SourceFiles.IsPipeline))
        {
            int[] majors = [.. Matrix(files.Lines(path).Select(pair => pair.Line))];
            if (majors.Length > 1)
                return new PostgresClaim(majors.Min(), null, path);
        }

        return null;
    }

    // `PostgreSQL 11 or higher`, `Postgres 12+`, the words of a badge.
    private static PostgresClaim? Readme(SourceFiles files) => files.Named(name => name.StartsWith("README", StringComparison.OrdinalIgnoreCase)).Where(path => !path.Contains('/', StringComparison.Ordinal))
        .SelectMany(path => files.Lines(path).Where(pair => Promises().IsMatch(pair.Line)).Select(pair => (path, pair.Number, Match: LeastInWords().Match(pair.Line)))).Where(at => at.Match.Success)
        .Select(at => new PostgresClaim(Major(at.Match.Groups["major"].Value), null, $"{at.path}:{at.Number}")).FirstOrDefault();

    // A list in one line, `pg: [13, 14]`, or one to a line behind it, `- 13`.
    private static IEnumerable<int> Matrix(IEnumerable<string> lines)
    {
        var inList = false;
        foreach (var line in lines)
        {
            if (MatrixList().Match(line) is { Success: true } list)
            {
                inList = list.Groups["list"].Value.Length == 0;
                foreach (var major in MatrixMajor().Matches(list.Groups["list"].Value).Select(match => int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture)))
                    yield return major;
            }
            else if (inList && MatrixItem().Match(line) is { Success: true } item)
            {
                yield return int.Parse(item.Groups["major"].Value, CultureInfo.InvariantCulture);
            }
            else if (line.Trim().Length > 0)
            {
                inList = false;
            }
        }
    }

    // `9.5.0` is a least version, as in every META.json; `>= 14.0.0, < 18.0.0` says both.
    private static PostgresClaim OfMeta(string range)
    {
        int? first = null, last = null;
        foreach (var match in MetaVersion().Matches(range).Cast<Match>())
        {
            var major = int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture);
            switch (match.Groups["sign"].Value)
            {
                case "" or ">=" or ">" or "==":
                    first = Major(match.Groups["major"].Value) ?? first;
                    break;
                case "<":
                    last = major - 1;
                    break;
                case "<=":
                    last = major;
                    break;
            }
        }

        return new PostgresClaim(first, last >= FirstMajor ? last : null, "META.json");
    }

    private static int? Major(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major is >= FirstMajor and < Future ? major : null;

    [GeneratedRegex(@"PostgreSQL (version )?(?<major>\d+)(\.\d+)*( is required| or (later|newer|higher|above)|\+)|PostgreSQL (>=|required is) ?(?<major>\d+)|[Rr]equires? (at least )?PostgreSQL (>= ?)?(?<major>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex LeastPostgres();

    [GeneratedRegex(@"(?i:\b(require|support|compatib|works? (with|on|for)|need|designed for|tested|badge))|^\W*Postgres", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Promises();

    [GeneratedRegex(@"(?i:Postgres(QL)?)(\W{0,3}| versions? )(?<major>1\d|2\d)(\+| (or|and) (higher|later|newer|above|up))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex LeastInWords();

    [GeneratedRegex(@"\$[({](?<name>\w+)[)}]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex VariableReference();

    [GeneratedRegex(@"\$\{?\w*(?i:ver)\w*\}?[""']?\s+(?<sign>!=|-ne|-lt|-gt)\s+[""']?(?<major>\d\d)(?!\d)[""']?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex ConfigureTest();

    [GeneratedRegex(@"(?i:if)\s*\(.*(?i:pg|postgres)\w*(?i:ver|major)\w*\}?[""']?\s+(?<sign>(VERSION_)?(LESS|GREATER|GREATER_EQUAL))\s+[""']?(?<major>\d\d)(?!\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex CMakeTest();

    [GeneratedRegex(@"^\s*pg(?<major>\d\d)\s*=\s*\[[^\]]*pgrx/pg\k<major>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Feature();

    [GeneratedRegex(@"^\s*-?\s*[""']?(?i:pg|postgres|postgresql)([-_]?(?i:major|ver|version|versions|vers))*[""']?\s*:\s*(\[(?<list>[^\]]+)\]|(?<list>))\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MatrixList();

    [GeneratedRegex(@"(?<![\d.])(?<major>1\d|2\d)(?!\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MatrixMajor();

    [GeneratedRegex(@"^\s*-\s*[""']?(?<major>1\d|2\d)(\.\d+)?[""']?\s*(#.*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MatrixItem();

    [GeneratedRegex(@"(?<sign>>=|<=|==|!=|>|<|)\s*(?<major>\d{1,4})(\.\d+)*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MetaVersion();
}
