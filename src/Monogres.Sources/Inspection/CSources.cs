using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Monogres.Index;
using Monogres.Actions;
using Monogres.Index.Extensions;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>What the C and C++ code of a source says about its use in a server.</summary>
internal sealed partial record CSources
{
    /// <summary>How many lines after a condition its consequence is searched.</summary>
    private const int Near = 3;

    /// <summary>Where the code checks whether the server is preloading libraries, and what follows from that.</summary>
    public required ImmutableArray<PreloadCondition> Preload { get; init; }

    /// <summary>The majors that <c>#error</c> lets through, one claim for each line that has one.</summary>
    public required ImmutableArray<PostgresClaim> Guards { get; init; }

    /// <summary>Those of <see cref="Guards"/> that no compilation gets past.</summary>
    public required ImmutableArray<PostgresClaim> Enforced { get; init; }

    /// <summary>Uses of <c>__DATE__</c> and similar macros.</summary>
    public required ImmutableArray<DateMacro> Dates { get; init; }

    /// <summary>Whether any of it is C++.</summary>
    public required bool HasCxx { get; init; }

    /// <summary>Whether it sets a hook, which is often done at the start.</summary>
    public required bool HasHooks { get; init; }

    /// <summary>What it does that is typical of a category, each kind where it is found first.</summary>
    public required ImmutableArray<CategoryClue> Clues { get; init; }

    /// <summary>Reads all C and C++ of a source.</summary>
    /// <param name="files">The source.</param>
    /// <param name="compiled">The files that are certainly compiled.</param>
    public static CSources Read(SourceFiles files, ImmutableHashSet<string> compiled)
    {
        var (preload, dates) = (ImmutableArray.CreateBuilder<PreloadCondition>(), ImmutableArray.CreateBuilder<DateMacro>());
        var (guards, enforced) = (ImmutableArray.CreateBuilder<PostgresClaim>(), ImmutableArray.CreateBuilder<PostgresClaim>());
        var (hooks, kinds, cxx) = (false, new Dictionary<string, CategoryClue>(StringComparer.Ordinal), false);
        foreach (var path in files.Paths.Where(SourceFiles.IsC))
        {
            cxx |= SourceFiles.IsCxx(path);
            var lines = CText.Code(files.Text(path) ?? "").Split('\n');
            var depth = 0;
            for (var i = 0; i < lines.Length; i++)
            {
                var line = lines[i];
                depth += If().IsMatch(line) ? 1 : EndIf().IsMatch(line) ? -1 : 0;
                if (line.Contains("process_shared_preload_libraries_in_progress", StringComparison.Ordinal))
                    preload.Add(PreloadCondition.Of(path, i + 1, line, string.Join('\n', lines.Skip(i).Take(Near + 1)), lines.Skip(i + 1).TakeWhile(next => next is not ['}', ..])));
                else if (OnlyAtStart().IsMatch(line) && !SourceMakefiles.IsAside(path))
                    preload.Add(new PreloadCondition(path, i + 1, PreloadMeaning.Wanted));
                if (Macro().Match(line) is { Success: true } date)
                    dates.Add(new DateMacro(path, i + 1, date.Value, depth == 0 && compiled.Contains(path) && !Define().IsMatch(line)));
                if (If().IsMatch(line) && line.Contains("PG_VERSION_NUM", StringComparison.Ordinal) && lines.Skip(i + 1).Take(2).Any(next => Error().IsMatch(next)) && GuardOf(line, $"{path}:{i + 1}") is { } guard)
                    (depth == 1 && compiled.Contains(path) ? enforced : guards).Add(guard);
                hooks |= Hook().IsMatch(line);
                foreach (var (mark, category, weight) in Marks)
                {
                    if (line.Contains(mark, StringComparison.Ordinal) && !SourceMakefiles.IsAside(path))
                        kinds.TryAdd(mark, new CategoryClue(category, weight, $"`{mark}` in {path}"));
                }
            }
        }

        return new CSources
        {
            Preload = preload.ToImmutable(),
            Guards = [.. enforced, .. guards],
            Enforced = enforced.ToImmutable(),
            Dates = dates.ToImmutable(),
            HasCxx = cxx,
            HasHooks = hooks,
            Clues = [.. kinds.Values],
        };
    }

    // Calls that are typical of a category, and how much each says: many have hooks, few are output plugins.
    private static readonly ImmutableArray<(string Mark, ExtensionCategory Category, double Weight)> Marks =
    [
        ("InlineCodeBlock", ExtensionCategory.Languages, 2),
        ("_PG_output_plugin_init", ExtensionCategory.Replication, 4),
        ("ClientAuthentication_hook", ExtensionCategory.Security, 2),
        ("check_password_hook", ExtensionCategory.Security, 3),
        ("makeNode(IndexAmRoutine)", ExtensionCategory.Access, 1),
        ("const TableAmRoutine", ExtensionCategory.Access, 2),
        ("RegisterBackgroundWorker", ExtensionCategory.Administration, 1),
        ("ExecutorEnd_hook", ExtensionCategory.Administration, 1),
    ];

    // `#if PG_VERSION_NUM < 120000`, `#if !defined(PG_VERSION_NUM) || PG_VERSION_NUM < 130000`. A line with `&&` can mean anything.
    private static PostgresClaim? GuardOf(string line, string from)
    {
        if (line.Contains("&&", StringComparison.Ordinal))
            return null;

        int? first = null, last = null;
        foreach (var match in Comparison().Matches(line).Cast<Match>())
        {
            var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
            if (number < 100_000)
                continue;

            var major = number / 10_000;
            if (match.Groups["sign"].Value is "<")
                first = number % 10_000 == 0 ? major : major + 1;
            else if (match.Groups["sign"].Value is ">=")
                last = major - 1;
        }

        return first is null && last is null ? null : new PostgresClaim(first, last, from);
    }

    [GeneratedRegex(@"(?<!\w)__(DATE|TIME|TIMESTAMP)__(?!\w)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Macro();

    [GeneratedRegex(@"^\s*#\s*if", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex If();

    [GeneratedRegex(@"^\s*#\s*endif", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex EndIf();

    [GeneratedRegex(@"^\s*#\s*error", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Error();

    [GeneratedRegex(@"PG_VERSION_NUM\s*(?<sign><=|>=|<|>)\s*(?<number>\d{5,6})(?!\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"^\s*#\s*define", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Define();

    // Shared memory is divided, and static background workers are started, before the first session: later, all of these do nothing, or fail.
    [GeneratedRegex(@"(?<!\w)(RegisterBackgroundWorker|RequestAddinShmemSpace|RequestNamedLWLockTranche)\s*\(|(?<!\w)shmem_(startup|request)_hook\s*=[^=]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex OnlyAtStart();

    [GeneratedRegex(@"\w_hook\s*=[^=]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Hook();
}

/// <summary>A use of a macro that the compiler sets to the time of the build.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Macro">The macro.</param>
/// <param name="IsAlways">Whether it is certainly compiled.</param>
internal sealed record DateMacro(string File, int Line, string Macro, bool IsAlways);

/// <summary>A place where a library checks whether the server is preloading it, or does what only works then.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Meaning">What follows from the answer.</param>
internal sealed partial record PreloadCondition(string File, int Line, PreloadMeaning Meaning)
{
    /// <param name="file">The file.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="condition">The line that asks.</param>
    /// <param name="consequence">That line and a few behind it.</param>
    /// <param name="rest">The rest of the function.</param>
    public static PreloadCondition Of(string file, int line, string condition, string consequence, IEnumerable<string> rest) => new(file, line, (Negated().IsMatch(condition), Refusal().IsMatch(consequence)) switch
    {
        (true, true) => PreloadMeaning.Required,
        (true, false) => !Return().IsMatch(consequence) ? PreloadMeaning.Open : rest.Any(next => next.Contains("proc_exit", StringComparison.Ordinal)) ? PreloadMeaning.Fatal : PreloadMeaning.Wanted,
        (false, true) when condition.Contains("if", StringComparison.Ordinal) => PreloadMeaning.Refused,
        _ => PreloadMeaning.Open,
    });

    [GeneratedRegex(@"if\s*\(\s*!\s*process_shared_preload_libraries_in_progress", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Negated();

    [GeneratedRegex(@"(?<!\w)(elog|ereport)\s*\(\s*(ERROR|FATAL)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Refusal();

    [GeneratedRegex(@"(?<!\w)return(?!\w)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Return();
}

/// <summary>What a library does when it is loaded at the start of the server, or is not.</summary>
internal enum PreloadMeaning
{
    /// <summary>Something that reading does not reveal.</summary>
    Open,

    /// <summary>It does less when it is not.</summary>
    Wanted,

    /// <summary>It fails when it is not.</summary>
    Required,

    /// <summary>It fails when it is.</summary>
    Refused,

    /// <summary>It ends the server when it is, until something is set up that nothing here does.</summary>
    Fatal,
}
