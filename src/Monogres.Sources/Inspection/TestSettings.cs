using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>
/// The settings of the server that a source's own tests are written for: those of the files that its makefiles give to
/// pg_regress with <c>--temp-config</c>. It uses them for a server that it makes itself only, and not for an installed one.
/// </summary>
/// <param name="Settings">The settings, by name in lower case.</param>
/// <param name="Preload">The libraries that the files preload, and where they say so.</param>
/// <param name="Findings">Files that are named and not there.</param>
internal sealed partial record TestSettings(ImmutableSortedDictionary<string, string> Settings, ImmutableArray<PreloadLine> Preload, ImmutableArray<SourceFinding> Findings)
{
    private const string PreloadSetting = "shared_preload_libraries";

    private static readonly string[] OptionVariables = ["REGRESS_OPTS", "EXTRA_REGRESS_OPTS", "ISOLATION_OPTS"];

    /// <summary>Reads the files that makefiles name.</summary>
    public static TestSettings Read(SourceFiles files, SourceMakefiles makefiles)
    {
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var (preload, findings) = (ImmutableArray.CreateBuilder<PreloadLine>(), ImmutableArray.CreateBuilder<SourceFinding>());
        HashSet<string> read = new(StringComparer.Ordinal);
        foreach (var makefile in makefiles.All)
        {
            foreach (var (text, name) in NamedIn(makefile))
            {
                if (Find(files, SourceFiles.DirectoryOf(makefile.Path), name) is not { } path)
                {
                    if (!makefile.MayMake(SourceFiles.NameOf(name)))
                        findings.Add(new SourceFinding(SourceRules.MissingFile, FindingSeverity.Warning, text.File, text.Line, $"`{text.Name}` names `{name}`, which is not there", SourceRules.MissingFile.Explain));
                    continue;
                }

                if (!read.Add(path))
                    continue;

                foreach (var (number, setting, value) in Lines(files, path))
                {
                    settings[setting] = value;
                    if (setting is PreloadSetting)
                        preload.Add(new PreloadLine(path, number, [.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(library => SourceFiles.NameOf(library.Trim('"')))]));
                }
            }
        }

        return new TestSettings(settings.ToImmutable(), preload.ToImmutable(), findings.ToImmutable());
    }

    // The text before it is expanded has the name of the file also where PGXS decides about the directory: `$(top_srcdir)/contrib/x/x.conf`.
    private static IEnumerable<(MakeText Text, string Name)> NamedIn(Makefile makefile)
    {
        foreach (var variable in OptionVariables)
        {
            var texts = makefile.Assignments.Where(text => string.Equals(text.Name, variable, StringComparison.Ordinal)).ToArray();
            var known = Option().Matches(string.Join(' ', makefile.Words(variable))).Select(match => match.Groups["file"].Value).ToArray();
            foreach (var text in texts)
            {
                foreach (var written in Option().Matches(text.Text).Select(match => match.Groups["file"].Value))
                {
                    var name = SourceFiles.NameOf(written);
                    if (known.FirstOrDefault(file => string.Equals(SourceFiles.NameOf(file), name, StringComparison.Ordinal)) is { } expanded)
                        yield return (text, expanded);
                    else if (!name.Contains('$', StringComparison.Ordinal))
                        yield return (text, written);
                    else if (texts.Length == 1 && known.Length == 1)
                        yield return (text, known[0]);
                }
            }
        }
    }

    // Below the makefile, or else the one file of that name.
    private static string? Find(SourceFiles files, string directory, string name)
    {
        if (RelativePath.TryParse(directory, out var from) && RelativePath.TryResolve(from, name, out var path) && files.Names.Contains(path.Value))
            return path.Value;

        var last = SourceFiles.NameOf(name);
        var near = directory.Length == 0 ? last : $"{directory}/{last}";
        return files.Names.Contains(near) ? near
            : files.Named(other => string.Equals(other, last, StringComparison.Ordinal)).Take(2).ToArray() is [var only] ? only : null;
    }

    private static IEnumerable<(int Number, string Name, string Value)> Lines(SourceFiles files, string path)
    {
        foreach (var (number, line) in files.Lines(path))
        {
            if (Setting().Match(line) is not { Success: true } match || match.Groups["name"].Value.ToLowerInvariant() is "include" or "include_if_exists" or "include_dir")
                continue;

            var value = match.Groups["value"].Value;
            yield return (number, match.Groups["name"].Value.ToLowerInvariant(), value is ['\'', .. var quoted, '\''] ? quoted.Replace("''", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : value);
        }
    }

    [GeneratedRegex(@"--temp-config[=\s]\s*(?<file>[^\s""']+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Option();

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z_][\w.]*)(\s*=\s*|\s+)(?<value>'([^']|'')*'|[^\s#']+)\s*(#.*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Setting();
}

/// <summary>Where a settings file preloads libraries.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Libraries">The libraries, by name.</param>
internal sealed record PreloadLine(string File, int Line, ImmutableArray<string> Libraries);
