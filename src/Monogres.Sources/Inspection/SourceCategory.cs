using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Index.Extensions;

namespace Monogres.Sources.Inspection;

/// <summary>What a source is probably for, and what says so.</summary>
/// <param name="Category">The category.</param>
/// <param name="Evidence">The words and calls that count for it, as text: <c>`full-text` in plain.control</c>; empty when nothing does.</param>
public sealed partial record SourceCategory(ExtensionCategory Category, string Evidence)
{
    private const double InItsName = 3, InItsDescription = 2, InItsReadme = 1, LeastForAnOpinion = 1;
    private const int StartOfReadme = 1500, MostEvidence = 3;

    // What people call such things; each word counts once for a text.
    private static readonly ImmutableArray<(ExtensionCategory Category, Regex Words, double Weight)> Vocabulary =
    [
        (ExtensionCategory.ForeignData, ForeignData(), 1), (ExtensionCategory.Geospatial, Geospatial(), 1), (ExtensionCategory.Search, Search(), 1), (ExtensionCategory.Security, Security(), 1),
        (ExtensionCategory.Languages, Languages(), 1), (ExtensionCategory.Replication, Replication(), 1), (ExtensionCategory.Compatibility, Compatibility(), 1), (ExtensionCategory.Testing, Testing(), 1),
        (ExtensionCategory.Analytics, Analytics(), 1), (ExtensionCategory.Access, Access(), 1), (ExtensionCategory.Administration, Administration(), 1),

        // Most extensions have types and functions, and say so.
        (ExtensionCategory.Types, Types(), 0.7), (ExtensionCategory.Functions, Functions(), 0.5),
    ];

    /// <summary>Weighs what a source says of itself and what its code does.</summary>
    /// <param name="texts">What it says: each with where, and how much that counts.</param>
    /// <param name="code">What its code does: the category that speaks for, how much, and where.</param>
    internal static SourceCategory Of(IEnumerable<CategoryText> texts, IEnumerable<CategoryClue> code)
    {
        var clues = texts.SelectMany(text => Vocabulary.SelectMany(row => row.Words.Matches(text.Text).Select(match => match.Value.ToLowerInvariant()).Distinct(StringComparer.Ordinal)
            .Select((word, i) => new CategoryClue(row.Category, text.Weight * row.Weight / (i + 1), $"`{word}` in {text.Where}")))).Concat(code).ToArray();
        var best = clues.GroupBy(clue => clue.Category).Select(group => (Category: group.Key, Weight: group.Sum(clue => clue.Weight), Clues: group.OrderByDescending(clue => clue.Weight)))
            .OrderByDescending(one => one.Weight).ThenBy(one => one.Category).FirstOrDefault();
        return best.Weight < LeastForAnOpinion
            ? new SourceCategory(ExtensionCategory.Functions, "")
            : new SourceCategory(best.Category, string.Join(", ", best.Clues.Select(clue => clue.What).Distinct(StringComparer.Ordinal).Take(MostEvidence)));
    }

    /// <summary>The texts of a source that say what it is for.</summary>
    internal static IEnumerable<CategoryText> TextsOf(SourceFiles files, string? readme, ImmutableArray<SourceExtension> extensions, MetaJson? meta)
    {
        foreach (var extension in extensions.Take(1))
        {
            yield return new CategoryText(extension.Name.Replace('_', ' ').Replace('-', ' '), "its name", InItsName);
            yield return new CategoryText(extension.Comment ?? "", extension.File, InItsName);
        }

        if (meta is not null)
        {
            yield return new CategoryText($"{meta.Abstract} {meta.Description}", "META.json", InItsDescription);
            yield return new CategoryText(string.Join(' ', meta.Tags), "the tags of META.json", InItsDescription);
        }

        if (readme is not null && files.Text(readme) is { } text)
        {
            yield return new CategoryText(SourceSummary.FirstSentence(text) ?? "", readme, InItsDescription);
            yield return new CategoryText(Address().Replace(text, "") is var plain ? plain[..Math.Min(plain.Length, StartOfReadme)] : "", readme, InItsReadme);
        }
    }

    /// <summary>What the scripts of an extension create.</summary>
    internal static IEnumerable<CategoryClue> CluesOf(SourceFiles files)
    {
        var scripts = files.Paths.Where(path => path.EndsWith(".sql", StringComparison.Ordinal) || path.EndsWith(".sql.in", StringComparison.Ordinal)).Where(path => !SourceMakefiles.IsAside(path) && !path.Contains("sql/test", StringComparison.Ordinal)).ToArray();
        foreach (var (category, weight, what, regex) in ((ExtensionCategory, double, string, Regex)[])
        [
            (ExtensionCategory.Languages, 4, "CREATE LANGUAGE", CreateLanguage()), (ExtensionCategory.Types, 2.5, "CREATE TYPE", CreateType()),
            (ExtensionCategory.ForeignData, 2, "CREATE FOREIGN DATA WRAPPER", CreateWrapper()), (ExtensionCategory.Access, 1.5, "CREATE ACCESS METHOD", CreateAccessMethod()),
        ])
        {
            if (scripts.FirstOrDefault(path => regex.IsMatch(files.Text(path) ?? "")) is { } script)
                yield return new CategoryClue(category, weight, $"`{what}` in {script}");
        }
    }

    [GeneratedRegex(@"\bfdw\b|foreign[- ]data", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex ForeignData();

    [GeneratedRegex(@"\b(geometr\w*|geograph\w*|geospatial|spatial|gis|geojson|routing|hexagon\w*|raster|point ?clouds?|lidar|spher(e|es|ical)|celestial|sky|astronom\w*|geohash|h3)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Geospatial();

    [GeneratedRegex(@"\b(full[- ]?text|text search|search(es|ing)?|simil(ar|arity|ary)|fuzzy|nearest|embeddings?|vectors?|ann|diskann|trigrams?|bigrams?|facet(s|ing)?|tokeni[sz]\w*|segmentation|parser for)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Search();

    [GeneratedRegex(@"\b(audit\w*|encrypt\w*|cryptograph\w*|sodium|libsodium|passwords?|credentials?|credcheck|secur(e|ity)|secrets?|vault|jwt|json web tokens?|login|virus\w*|superusers?|privileged|authenticat\w*|authori[sz]\w*|mask(s|ing)?|anonymi[sz]\w*|reserved roles|set role|signing)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Security();

    [GeneratedRegex(@"\b(procedural languages?|pl/\w+|plpgsql|language handler|debugg(er|ing)|profil(er|ing))\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Languages();

    [GeneratedRegex(@"\b(replicat\w*|logical decoding|output plugin|change data capture|cdc|failover|standby|queu(e|es|ing)|subscri(ber|ption)s?|publications?)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Replication();

    [GeneratedRegex(@"\b(oracle'?s?|compatib(le|ility) (with|to)|db2|sql server|dbms|sql standard|sql:20\d\d|emulat\w*)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Compatibility();

    [GeneratedRegex(@"\b(unit test\w*|tap|test(ing)? framework|crash(es)?|chaos|randomly|kill(s|ing)?|rage)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Testing();

    [GeneratedRegex(@"\b(analytic(s|al)?|olap|time[- ]series|percentiles?|quantiles?|sketch(es)?|distinct|hyperloglog|top-?n|vectori[sz]ed|data warehouse|machine learning|columnar|distributed|shard(s|ing)?|t-?digest|graph database|graph processing)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Analytics();

    [GeneratedRegex(@"\b(access methods?|table access|storage engine|columnar|planner|hints?|execution plans?|in-memory)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Access();

    [GeneratedRegex(@"\b((data|base|integer|new|custom) ?types?|types? for|\w+ types?|unsigned|domains?)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Types();

    [GeneratedRegex(@"\b(monitor\w*|stat|statistics|stats|statviz|track\w*|maint(enance|ain\w*)|cron|jobs?|schedul\w*|partition(s|ed|ing)?|bloat\w*|config\w*|settings?|tun(e|ing)|advisors?|hypothetical|plans|cache|wait events?|sampling|workload|repack|squeeze|unused space|permissions?|administrat\w*|extensions? manage\w*|installs? extensions|metrics|server log|logging|reorgani[sz]\w*|kernel|operating system|backends|dead rows|deleted rows|vacuum\w*)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Administration();

    [GeneratedRegex(@"\b(functions?|http|https|uuids?|hash(es|ids)?|environment variables?|variables|regular expressions?|validat\w*|json schemas?|graphql|window function|trigger|background|memcached?)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Functions();

    [GeneratedRegex(@"\(?https?://[^\s)>\]]*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Address();

    [GeneratedRegex(@"CREATE\s+(OR\s+REPLACE\s+)?(TRUSTED\s+)?(PROCEDURAL\s+)?LANGUAGE\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex CreateLanguage();

    [GeneratedRegex(@"CREATE\s+TYPE\s+\S+\s*\([^;]{0,300}?\bINPUT\s*=", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex CreateType();

    [GeneratedRegex(@"CREATE\s+FOREIGN\s+DATA\s+WRAPPER\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex CreateWrapper();

    [GeneratedRegex(@"CREATE\s+ACCESS\s+METHOD\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex CreateAccessMethod();
}

/// <summary>A text in which a source says what it is for.</summary>
/// <param name="Text">The text.</param>
/// <param name="Where">Where it stands.</param>
/// <param name="Weight">How much one word of it counts.</param>
internal sealed record CategoryText(string Text, string Where, double Weight);

/// <summary>Something that speaks for a category.</summary>
/// <param name="Category">The category.</param>
/// <param name="Weight">How much it counts.</param>
/// <param name="What">What it is, and where.</param>
internal sealed record CategoryClue(ExtensionCategory Category, double Weight, string What);
