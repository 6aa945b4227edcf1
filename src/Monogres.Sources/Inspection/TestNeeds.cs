using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Index;
using Monogres.Plans.Scripts;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>What a source's own tests need that its build does not: found in what they run, without running it.</summary>
/// <param name="Requires">Extensions of others that they create, load or call, by name.</param>
/// <param name="Settings">Settings of the server without which they fail, by name.</param>
/// <param name="Arguments">What make is told besides <c>installcheck</c>: the inputs that a rule makes.</param>
/// <param name="Tools">Programs, and modules of Perl, that they call.</param>
internal sealed partial record TestNeeds(ImmutableArray<string> Requires, ImmutableSortedDictionary<string, string> Settings, ImmutableArray<string> Arguments, ImmutableArray<SourceTool> Tools)
{
    private static readonly string[] NotRequired = ["plpgsql", "if", "not", "extension"];

    // Statements that a server refuses as it is configured by default, and the setting that lets them through.
    private static readonly (Regex Statement, string Setting, string Value)[] Statements =
        [(LogicalDecoding(), "wal_level", "logical"), (Prepared(), "max_prepared_transactions", "10"), (CommitTimestamp(), "track_commit_timestamp", "on")];

    // Modules that come with Perl itself, with PostgreSQL's test kit, or with the package set of TAP tests.
    private static readonly string[] KnownModules =
    [
        "AutoLoader", "B", "Carp", "Config", "Cwd", "Data::Dumper", "Digest", "DirHandle", "Encode", "English", "Env", "Errno", "Exporter", "Fcntl", "File", "FindBin", "Getopt", "HTTP::Tiny", "Hash::Util", "I18N", "IO", "IPC", "JSON::PP", "List::Util",
        "MIME", "Math", "Memoize", "POSIX", "PerlIO", "PostgreSQL", "PostgresNode", "PostgresVersion", "RecursiveCopy", "Scalar::Util", "SelectSaver", "SimpleTee", "Socket", "Storable", "Symbol", "Sys", "TAP", "Term", "Test", "TestLib", "Text::Abbrev",
        "Text::Balanced", "Text::ParseWords", "Text::Tabs", "Text::Wrap", "Thread", "Tie", "Time", "UNIVERSAL", "Unicode", "User",
    ];

    /// <summary>Reads the tests of a source.</summary>
    /// <param name="files">The source.</param>
    /// <param name="makefiles">Its makefiles.</param>
    /// <param name="extensions">Its own extensions.</param>
    /// <param name="preload">Libraries that its settings file preloads.</param>
    public static TestNeeds Read(SourceFiles files, SourceMakefiles makefiles, ImmutableArray<SourceExtension> extensions, IEnumerable<string> preload)
    {
        var own = extensions.Select(extension => extension.Name).Concat(makefiles.All.SelectMany(makefile => makefile.Words("MODULE_big").Concat(makefile.Words("MODULES"))).Select(SourceFiles.NameOf)).ToHashSet(StringComparer.Ordinal);
        var requires = new SortedSet<string>(preload, StringComparer.Ordinal);
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var (arguments, tools) = (new List<string>(), new Dictionary<string, SourceTool>(StringComparer.Ordinal));
        foreach (var makefile in makefiles.All)
        {
            requires.UnionWith(LoadExtension().Matches(string.Join(' ', makefile.Words("REGRESS_OPTS").Concat(makefile.Words("ISOLATION_OPTS")))).Select(match => match.Groups["name"].Value));
            arguments.AddRange(Generated(files, makefile));
        }

        foreach (var path in ScriptsOf(files, makefiles))
        {
            foreach (var (number, line) in files.Lines(path))
            {
                if (line.AsSpan().TrimStart().StartsWith("--"))
                    continue;

                requires.UnionWith(CreateExtension().Matches(line).Concat(OtherLibrary().Matches(line)).Select(match => match.Groups["name"].Value));
                foreach (var (statement, setting, value) in Statements)
                {
                    if (statement.IsMatch(line))
                        settings[setting] = value;
                }

                if (arguments is not ["all", ..] && IncludedFile().Match(line) is { Success: true } included && included.Groups["file"].Value is var file && !files.Paths.Any(other => string.Equals(SourceFiles.NameOf(other), SourceFiles.NameOf(file), StringComparison.Ordinal)) && makefiles.All.Any(makefile => makefile.MayMake(file)))
                    arguments.Insert(0, "all");

                foreach (var command in Commands().Matches(line).Select(match => match.Groups["command"].Value).SelectMany(command => ShellCommands.Of(command, number)))
                {
                    if (command.Words is [var program, ..] && KnownTools.Find(program) is { } tool)
                        tools.TryAdd(program, new SourceTool(tool, program, path, number, IsCertain: true));
                }
            }
        }

        // What its functions need, the tests that call them need too.
        foreach (var text in files.Paths.Where(path => path.EndsWith(".sql", StringComparison.Ordinal) && !SourceMakefiles.IsAside(path)).Select(files.Text).OfType<string>())
        {
            requires.UnionWith(OtherLibrary().Matches(text).Select(match => match.Groups["name"].Value));
            if (LogicalDecoding().IsMatch(text))
                settings["wal_level"] = "logical";
        }

        foreach (var (module, path, number) in ModulesOf(files, makefiles))
            tools.TryAdd(module, new SourceTool(new KnownTool(PackageOf(module), PackageOf(module), [module]), module, path, number, IsCertain: true));
        return new TestNeeds([.. requires.Where(name => !own.Contains(name) && !NotRequired.Contains(name, StringComparer.OrdinalIgnoreCase))], settings.ToImmutable(), [.. arguments.Distinct(StringComparer.Ordinal)], [.. tools.Values.OrderBy(tool => tool.Program, StringComparer.Ordinal)]);
    }

    /// <summary>The scripts of SQL, and the specifications of isolation tests, that are run.</summary>
    private static IEnumerable<string> ScriptsOf(SourceFiles files, SourceMakefiles makefiles)
    {
        var names = makefiles.All.SelectMany(makefile => makefile.Words("REGRESS").Concat(makefile.Words("ISOLATION"))).ToHashSet(StringComparer.Ordinal);
        return files.Paths.Where(path => Script().Match(SourceFiles.NameOf(path)) is { Success: true } match && (names.Contains(match.Groups["name"].Value)
            || names.Any(name => name.Contains('/', StringComparison.Ordinal) && path.EndsWith($"{name}{match.Groups["ending"].Value}", StringComparison.Ordinal))) && !SourceFiles.DirectoryOf(path).Split('/').Contains("expected", StringComparer.Ordinal));
    }

    /// <summary>Inputs of tests that are not in the source and that a rule of its makefile makes, unless <c>installcheck</c> does so by itself.</summary>
    private static IEnumerable<string> Generated(SourceFiles files, Makefile makefile)
    {
        var directory = SourceFiles.DirectoryOf(makefile.Path);
        var input = InputDirectory().Match(string.Join(' ', makefile.Words("REGRESS_OPTS"))) is { Success: true } option ? option.Groups["directory"].Value : ".";
        var made = makefile.Rules.Where(rule => rule.Targets.Contains("installcheck", StringComparer.Ordinal)).SelectMany(rule => rule.Prerequisites).ToHashSet(StringComparer.Ordinal);
        foreach (var test in directory.Length == 0 ? makefile.Words("REGRESS") : [])
        {
            var path = input is "." ? $"sql/{test}.sql" : $"{input.TrimEnd('/')}/sql/{test}.sql";
            if (!files.Names.Contains(path) && makefile.Targets.Contains(path, StringComparer.Ordinal) && !made.Contains(path))
                yield return path;
        }
    }

    private static IEnumerable<(string Module, string Path, int Line)> ModulesOf(SourceFiles files, SourceMakefiles makefiles)
    {
        if (!makefiles.All.Any(makefile => makefile.Variables.ContainsKey("TAP_TESTS")))
            yield break;

        foreach (var path in files.Paths.Where(path => Perl().IsMatch(path)))
        {
            foreach (var (number, line) in files.Lines(path))
            {
                if (UseModule().Match(line) is { Success: true } use && use.Groups["module"].Value is var module && !KnownModules.Any(known => string.Equals(module, known, StringComparison.Ordinal) || module.StartsWith($"{known}::", StringComparison.Ordinal))
                    && !files.Paths.Any(own => own.EndsWith($"{module.Replace("::", "/", StringComparison.Ordinal)}.pm", StringComparison.Ordinal)))
                    yield return (module, path, number);
            }
        }
    }

    // As Debian names the packages of Perl modules: libtext-trim-perl for Text::Trim.
    private static string PackageOf(string module) => $"lib{module.Replace("::", "-", StringComparison.Ordinal).ToLowerInvariant()}-perl";

    [GeneratedRegex(@"--load-extension[=\s]\s*[""']?(?<name>[\w-]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex LoadExtension();

    [GeneratedRegex(@"create\s+extension\s+(if\s+not\s+exists\s+)?""?(?<name>[\w-]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex CreateExtension();

    [GeneratedRegex(@"'\$libdir/(?<name>[\w-]+)'|\bLOAD\s+'(?<name>[\w-]+)'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex OtherLibrary();

    [GeneratedRegex(@"pg_create_logical_replication_slot\s*\(|pg_logical_slot_(get|peek)\w*\s*\(", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex LogicalDecoding();

    [GeneratedRegex(@"^\s*prepare\s+transaction\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Prepared();

    [GeneratedRegex(@"pg_xact_commit_timestamp\s*\(|pg_last_committed_xact\s*\(", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex CommitTimestamp();

    [GeneratedRegex(@"^\s*\\ir?\s+'?(?<file>[^\s']+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex IncludedFile();

    // `\! command`, `\set x `command``, `COPY … FROM PROGRAM 'command'`.
    [GeneratedRegex(@"^\s*\\!\s*(?<command>.+)$|^\s*\\(set|setenv|echo)\s[^`]*`(?<command>[^`]+)`|\bPROGRAM\s+'(?<command>[^']+)'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Commands();

    [GeneratedRegex(@"^(?<name>.+?)(?<ending>\.sql|\.spec|\.sql\.in)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Script();

    [GeneratedRegex(@"--inputdir[=\s]\s*(?<directory>[^\s]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex InputDirectory();

    [GeneratedRegex(@"(^|/)t/[^/]+\.(pl|pm)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Perl();

    [GeneratedRegex(@"^\s*use\s+(?<module>[A-Z]\w*(::\w+)*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex UseModule();
}
