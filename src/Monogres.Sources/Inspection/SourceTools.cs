using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Plans.Scripts;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>
/// Finds the programs that the build of a source calls and that not every build has: in recipes, <c>SHELL</c> and
/// <c>$(shell …)</c> of makefiles, in what other styles call, and in the scripts that these start, their first lines included.
/// </summary>
internal sealed partial class SourceTools
{
    // The names by which make is asked for what builds, installs and tests.
    private static readonly string[] Goals = ["all", "install", "installcheck"];

    // Programs that run another program, which is named among their arguments.
    private static readonly string[] Runners = ["env", "exec", "nice", "nohup", "time", "xargs", "sudo", "command", "eval"];

    // Shells whose scripts are read, and the commands that read a script into themselves.
    private static readonly string[] Shells = ["sh", "dash", "bash", "ksh", "zsh", ".", "source"];

    private readonly SourceFiles _files;
    private readonly Dictionary<string, SourceTool> _found = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private SourceTools(SourceFiles files) => _files = files;

    /// <summary>Every program, each once, where it is called first.</summary>
    /// <param name="files">The source.</param>
    /// <param name="makefiles">Its makefiles.</param>
    /// <param name="style">The style that builds it.</param>
    public static ImmutableArray<SourceTool> Find(SourceFiles files, IReadOnlyList<Makefile> makefiles, string? style)
    {
        var tools = new SourceTools(files);
        if (style is SourceStyles.Pgxs or SourceStyles.Autoconf)
        {
            foreach (var makefile in makefiles)
                tools.Read(makefile);
        }

        switch (style)
        {
            case SourceStyles.Autoconf:
                tools.ReadConfigure();
                break;
            case SourceStyles.CMake:
                tools.ReadCMake();
                break;
            case SourceStyles.Meson:
                tools.ReadMeson();
                break;
        }

        return [.. tools._found.Values.OrderBy(tool => tool.Program, StringComparer.Ordinal)];
    }

    private void Read(Makefile makefile)
    {
        var context = new Context(SourceFiles.DirectoryOf(makefile.Path), new(StringComparer.Ordinal), IsCertain: true);
        foreach (var shell in makefile.Assignments.Where(text => text.Name is "SHELL"))
            Read(ForShell(makefile, shell.Text, rule: null), shell.File, shell.Line, context);

        var reached = Reached(makefile);
        foreach (var recipe in makefile.Recipes)
        {
            var rule = makefile.Rules.FirstOrDefault(rule => string.Equals(rule.Name, recipe.Name, StringComparison.Ordinal));
            if (rule is null || rule.Targets.IsEmpty || rule.Targets.Any(reached.Contains))
                Read(ForShell(makefile, recipe.Text.TrimStart('@', '-', '+', ' ', '\t'), rule), recipe.File, recipe.Line, context with { IsCertain = !recipe.MayNotBeRead });
        }

        foreach (var text in makefile.Assignments.Concat(makefile.Expansions).Concat(makefile.Recipes))
        {
            foreach (var command in MakeReferences.ShellCommands(text.Text))
                Read(ForShell(makefile, command, rule: null), text.File, text.Line, context with { IsCertain = text.IsExpanded && !text.MayNotBeRead });
        }
    }

    /// <summary>
    /// What is made when a source is built, installed and tested: the goals, what the variables of PGXS name, what a compiler
    /// reads and writes, and what these are made of. Other rules are for the project's own maintenance: releases, pages, packages.
    /// </summary>
    public static HashSet<string> Reached(Makefile makefile)
    {
        var named = BuildFileFindings.UsedVariables(makefile).SelectMany(name => makefile.Words(name));
        var pending = new Queue<string>(Goals.Concat(named).Concat(makefile.Targets.Where(target => Compiled().IsMatch(target))));
        HashSet<string> reached = new(StringComparer.Ordinal);
        var rules = makefile.Rules.SelectMany(rule => rule.Targets.Select(target => (target, rule.Prerequisites))).ToLookup(pair => pair.target, pair => pair.Prerequisites, StringComparer.Ordinal);
        while (pending.TryDequeue(out var target))
        {
            if (!reached.Add(target))
                continue;

            foreach (var prerequisite in rules[target].SelectMany(names => names))
                pending.Enqueue(prerequisite);
        }

        return reached;
    }

    /// <summary>A text of a makefile as the shell gets it: a variable with known words is these words, another one is a variable of the shell.</summary>
    private static string ForShell(Makefile makefile, string text, MakeRule? rule)
    {
        var shell = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                shell.Append(text[i]);
                continue;
            }

            var end = MakeReferences.End(text, i);
            shell.Append(text[i + 1] switch
            {
                '$' => "$",
                '<' => rule?.Prerequisites.FirstOrDefault() ?? "${first}",
                '(' or '{' when MakeReferences.Inside(text, i, end) is var name && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_') =>
                    name is "PYTHON" && makefile.Variables.GetValueOrDefault(name) is null or { Words: ["python"] } ? "python3"
                    : makefile.Variables.GetValueOrDefault(name) is { IsOpen: false } value ? string.Join(' ', value.Words) : $"${{{name}}}",
                _ => "${text}",
            });
            i = end - 1;
        }

        return shell.ToString();
    }

    private void ReadConfigure()
    {
        var context = new Context("", new(StringComparer.Ordinal), IsCertain: true);
        foreach (var path in ((string[])["configure", "autogen.sh"]).Where(_files.Names.Contains).Take(1))
            Start(path, context);
        foreach (var (path, number, line) in LinesOf(name => name is "configure.ac" or "configure.in"))
        {
            if (line.Contains("PKG_CHECK_MODULES", StringComparison.Ordinal) || line.Contains("PKG_PROG_PKG_CONFIG", StringComparison.Ordinal))
                Add("pkg-config", path, number, isCertain: false);
            foreach (var name in CheckProgram().Matches(line).SelectMany(match => match.Groups["names"].Value.Split([' ', '['], StringSplitOptions.RemoveEmptyEntries)))
                Add(name, path, number, isCertain: false);
        }
    }

    private void ReadCMake()
    {
        foreach (var (path, number, line) in LinesOf(name => name is "CMakeLists.txt" || name.EndsWith(".cmake", StringComparison.Ordinal)))
        {
            if (FindPkgConfig().IsMatch(line))
                Add("pkg-config", path, number, isCertain: false);
            foreach (var name in CMakeProgram().Matches(line).SelectMany(match => match.Groups["names"].Value.Split([' ', '"'], StringSplitOptions.RemoveEmptyEntries)))
                Call(name, [], path, number, new Context(SourceFiles.DirectoryOf(path), new(StringComparer.Ordinal), IsCertain: false));
        }
    }

    private void ReadMeson()
    {
        foreach (var (path, number, line) in LinesOf(name => name is "meson.build"))
        {
            if (MesonDependency().IsMatch(line))
                Add("pkg-config", path, number, isCertain: false);
            foreach (var name in MesonProgram().Matches(line).Select(match => match.Groups["name"].Value))
                Call(name, [], path, number, new Context(SourceFiles.DirectoryOf(path), new(StringComparer.Ordinal), IsCertain: !line.Contains("required", StringComparison.Ordinal)));
        }
    }

    private IEnumerable<(string Path, int Number, string Line)> LinesOf(Func<string, bool> isName) => _files.Named(isName).Where(path => !SourceMakefiles.IsAside(path))
        .SelectMany(path => _files.Lines(path).Where(pair => pair.Line.AsSpan().TrimStart() is not ['#', ..] and not ['d', 'n', 'l', ' ', ..]).Select(pair => (path, pair.Number, pair.Line)));

    private void Read(string text, string file, int line, Context context)
    {
        foreach (var command in ShellCommands.Of(text, line))
        {
            var words = command.Words;
            while (words is [var first, ..] && Assignment().Match(first) is { Success: true } assignment)
            {
                context.Values[assignment.Groups["name"].Value] = assignment.Groups["value"].Value;
                words = words[1..];
            }

            if (words is [var program, ..])
                Call(program, words[1..], file, command.Line, context);
        }
    }

    /// <summary>A program is called: one that is known, one of the source, or one that runs another.</summary>
    private void Call(string word, ImmutableArray<string> arguments, string file, int line, Context context)
    {
        // `PYTHON ?= python3`, `${PYTHON:-python3}`; PGXS, or the environment, may set what nothing here does.
        for (var i = 0; i < 8 && Variable().Match(word) is { Success: true } variable; i++)
        {
            var name = variable.Groups["name"].Value;
            var said = context.Values.GetValueOrDefault(name) ?? (variable.Groups["default"] is { Success: true } given ? given.Value : null);
            if (said is null)
            {
                var program = name.ToLowerInvariant().Replace('_', '-');
                Add(program is "python" ? "python3" : program, file, line, context.IsCertain);
                return;
            }

            (word, arguments) = said.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var head, .. var tail] ? (head, [.. tail, .. arguments]) : ("", arguments);
        }

        if (word.StartsWith('/') || !word.Contains('/', StringComparison.Ordinal))
        {
            var program = SourceFiles.NameOf(word);
            Add(program, file, line, context.IsCertain);
            if (Runners.Contains(program, StringComparer.Ordinal) && arguments.All(argument => argument is not ("-v" or "-V")))
            {
                ImmutableArray<string> rest = [.. arguments.SkipWhile(argument => argument.StartsWith('-') || Assignment().IsMatch(argument))];
                if (rest is [var run, ..])
                    Call(run, rest[1..], file, line, context);
            }
            else if (Shells.Contains(program, StringComparer.Ordinal))
            {
                if (arguments is ["-c" or "-ec" or "-ce", var script, ..])
                    Read(script, file, line, context);
                else if (arguments.FirstOrDefault(argument => !argument.StartsWith('-')) is { } path && Resolve(path, context) is { } own)
                    ReadScript(own, context);
            }
            else if (arguments.IndexOf("-exec") is >= 0 and var at && at + 1 < arguments.Length)
            {
                Call(arguments[at + 1], arguments[(at + 2)..], file, line, context);
            }
        }

        if (Resolve(word, context) is { } started)
            Start(started, context);
    }

    /// <summary>A file of the source is run: its first line names a program, or else it is a script of the shell.</summary>
    private void Start(string path, Context context)
    {
        if (_files.Text(path) is not { } text || text.Contains('\0', StringComparison.Ordinal))
            return;

        if (text.StartsWith("#!", StringComparison.Ordinal))
        {
            var words = text[2..(text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end ? end : text.Length)].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words is not [var interpreter, .. var arguments])
                return;

            Call(interpreter, [.. arguments], path, 1, context);
            if (!words.Any(word => Shells.Contains(SourceFiles.NameOf(word), StringComparer.Ordinal)))
                return;
        }

        ReadScript(path, context);
    }

    private void ReadScript(string path, Context context)
    {
        // What autoconf writes asks for a hundred programs and does without them.
        if (_files.Text(path) is { } text && !text.Contains('\0', StringComparison.Ordinal) && !text.Contains("Generated by GNU Autoconf", StringComparison.Ordinal) && _read.Add(path))
            Read(text, path, 1, context with { Values = new(StringComparer.Ordinal), IsCertain = false });
    }

    /// <summary>The file of the source that a word names, from the directory of the makefile, from the top, or by the end of its path.</summary>
    private string? Resolve(string word, Context context)
    {
        if (word.StartsWith('/') || !RelativePath.TryParse(context.Directory, out var directory))
            return null;

        foreach (var from in (RelativePath[])[directory, RelativePath.Root])
        {
            if (RelativePath.TryResolve(from, word, out var path) && _files.Names.Contains(path.Value))
                return path.Value;
        }

        var tail = word[(word.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return word.Contains('/', StringComparison.Ordinal) && tail.Length > 0 ? _files.Paths.FirstOrDefault(path => path.EndsWith($"/{tail}", StringComparison.Ordinal) || string.Equals(path, tail, StringComparison.Ordinal)) : null;
    }

    private void Add(string program, string file, int line, bool isCertain)
    {
        if (KnownTools.Find(program) is { } tool && (!_found.TryGetValue(program, out var known) || (isCertain && !known.IsCertain)))
            _found[program] = new SourceTool(tool, program, file, line, isCertain);
    }

    /// <param name="Directory">Where the command is run, in the source.</param>
    /// <param name="Values">What variables of the shell were given.</param>
    /// <param name="IsCertain">Whether the build certainly comes to it.</param>
    private sealed record Context(string Directory, Dictionary<string, string> Values, bool IsCertain);

    [GeneratedRegex(@"\.(c|h|cc|cpp|cxx|hpp|y|l|o|bc|so)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Compiled();

    [GeneratedRegex(@"^(?<name>[A-Za-z_]\w*)=(?<value>.*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, 60_000)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^\$(\{(?<name>\w+)(:?-(?<default>[^}]*))?\}|(?<name>\w+))$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"AC_(PATH|CHECK)_(PROGS?|TOOLS?)\s*\(\s*\[?\w+\]?\s*,\s*\[*(?<names>[\w.+\- ]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex CheckProgram();

    [GeneratedRegex(@"(?i:find_program)\s*\(\s*\w+\s+(NAMES\s+)?(?<names>[\w.+\- ""]+)|(?<!\w)COMMAND\s+""?(?<names>[\w./+-]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex CMakeProgram();

    [GeneratedRegex(@"(?i:pkg_check_modules|pkg_search_module)\s*\(|(?i:find_package)\s*\(\s*PkgConfig", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex FindPkgConfig();

    [GeneratedRegex(@"((?<!\w)(find_program|run_command)\s*\(\s*|(?<!\w)command\s*:\s*\[?\s*)'(?<name>[\w./+-]+)'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MesonProgram();

    [GeneratedRegex(@"(?<!\w)dependency\(\s*'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MesonDependency();
}
