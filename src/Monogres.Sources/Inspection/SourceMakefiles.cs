using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Payloads.Extensions;
using Monogres.Sources.Inspection.Makefiles;
using Monogres.Core;
using Monogres.Store.Archives;

namespace Monogres.Sources.Inspection;

/// <summary>The makefiles of a source: that at the top, and those of every folder that has a control file or includes PGXS.</summary>
internal sealed partial class SourceMakefiles
{
    // What configure makes a makefile of says nearly all that the makefile will.
    private static readonly string[] Names = ["GNUmakefile", "makefile", "Makefile", "GNUmakefile.in", "Makefile.in"];

    private readonly Func<string, int, Makefile?> _readFor;

    private SourceMakefiles(Makefile? top, ImmutableArray<Makefile> all, Func<string, int, Makefile?> readFor) => (Top, All, _readFor) = (top, all, readFor);

    /// <summary>A makefile as it is read for one major of PostgreSQL.</summary>
    public Makefile? For(Makefile makefile, int major) => _readFor(makefile.Path, major);

    /// <summary>That at the top, or null.</summary>
    public Makefile? Top { get; }

    /// <summary>All, that at the top first.</summary>
    public ImmutableArray<Makefile> All { get; }

    public static SourceMakefiles Read(SourceFiles files, ControlFileReader controls)
    {
        var all = ImmutableArray.CreateBuilder<Makefile>();
        var directories = files.Paths.Where(path => Names.Contains(SourceFiles.NameOf(path), StringComparer.Ordinal)).Select(SourceFiles.DirectoryOf).Distinct(StringComparer.Ordinal).OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal);
        foreach (var directory in directories.Where(path => !IsAside(path)))
        {
            var path = Names.Select(name => directory.Length == 0 ? name : $"{directory}/{name}").First(files.Names.Contains);
            var surroundings = new Surroundings(files, directory, controls);
            if (new MakefileReader(files.Text, surroundings).Read(path) is not { } makefile || (directory.Length > 0 && !makefile.IncludesPgxs))
                continue;

            // What git is asked for is given to make, so it is known when the makefile is read again.
            var asked = BuildFileFindings.GitVersions(makefile).ToArray();
            if (asked.Length > 0 && surroundings.Version is { } version)
                makefile = new MakefileReader(files.Text, surroundings, asked.Select(name => KeyValuePair.Create(name, version))).Read(path)!;
            all.Add(makefile);
        }

        Makefile? ReadFor(string path, int major) => new MakefileReader(files.Text, new Surroundings(files, SourceFiles.DirectoryOf(path), controls, major), given: null, major).Read(path);
        return new SourceMakefiles(all.FirstOrDefault(one => !one.Path.Contains('/', StringComparison.Ordinal) && !one.Path.EndsWith(".in", StringComparison.Ordinal)), all.ToImmutable(), ReadFor);
    }

    /// <summary>The files of C and C++ that a build certainly compiles.</summary>
    public ImmutableHashSet<string> Compiled(SourceFiles files)
    {
        if (Top is not { IncludesPgxs: true })
            return [];

        ImmutableArray<string> Certain(string name) => Top.Variables.GetValueOrDefault(name) is { MayDiffer: false } value ? value.Words : [];
        var stems = Certain("MODULES").Concat(Top.Words("MODULE_big").IsEmpty && Top.Words("PROGRAM").IsEmpty ? [] : Certain("OBJS").Where(word => word.EndsWith(".o", StringComparison.Ordinal)).Select(word => word[..^2]));
        return [.. stems.SelectMany(stem => ((string[])[".c", ".cpp", ".cc", ".cxx"]).Select(ending => stem + ending)).Where(files.Names.Contains)];
    }

    /// <summary>The names of folders that hold no part of an extension itself: tests, examples, packaging. What <c>index/styles/sql-only.json</c> copies is not in them either.</summary>
    public static ImmutableArray<string> AsideFolders { get; } = ["test", "tests", "t", "example", "examples", "debian", "doc", "docs", "expected", "ci", ".github", "node_modules"];

    /// <summary>Whether a path is in such a folder.</summary>
    public static bool IsAside(string path) => path.Split('/').Any(segment => AsideFolders.Contains(segment, StringComparer.Ordinal));

    /// <summary>Answers from the names and texts of the source.</summary>
    private sealed partial class Surroundings(SourceFiles files, string directory, ControlFileReader controls, int? major = null) : IMakeEnvironment
    {
        private readonly VersionCommands? _versions = major is { } number ? new VersionCommands($"{number}.{MakefileReader.SomeMinor}") : null;

        public IEnumerable<string> Find(string pattern)
        {
            if (!RelativePath.TryParse(directory, out var from) || pattern.StartsWith('/') || pattern.Contains('[', StringComparison.Ordinal)
                || !RelativePath.TryResolve(from, pattern, out var resolved) || resolved.IsRoot || resolved.Value.Contains("**", StringComparison.Ordinal))
                return [];

            // A glob of ours covers what is in a directory too; here it names files of its own depth.
            var (glob, depth) = (GlobSet.Parse([resolved.Value]), resolved.Value.AsSpan().Count('/'));
            var prefix = directory.Length == 0 ? 0 : directory.Length + 1;
            return files.Paths.Where(path => path.AsSpan().Count('/') == depth && glob.IsMatch(path))
                .Select(path => resolved.IsWithin(from) ? path[prefix..] : pattern[..(pattern.LastIndexOf('/') + 1)] + SourceFiles.NameOf(path));
        }

        /// <summary>The version that the source says that it has, or null.</summary>
        public string? Version => files.Paths.Where(path => path.EndsWith(".control", StringComparison.Ordinal) && string.Equals(SourceFiles.DirectoryOf(path), directory, StringComparison.Ordinal))
            .Select(path => controls.Read(path, files.Bytes(path)).Control?.DefaultVersion).FirstOrDefault(version => version is not null)
            ?? ((files.Text(At("META.json")) ?? files.Text("META.json")) is { } text ? MetaJson.Read(text)?.Version : null);

        // Those commands by which makefiles read their own version and name.
        public string? Answer(string command)
        {
            if (command.Contains("default_version", StringComparison.Ordinal) && ControlName().Match(command) is { Success: true } control)
                return files.Bytes(At(control.Value)) is { } bytes ? controls.Read(control.Value, bytes).Control?.DefaultVersion : null;
            if (command.Contains("META.json", StringComparison.Ordinal) && files.Text(At("META.json")) is { } text && MetaJson.Read(text) is { } meta)
                return command.Contains("\"version\"", StringComparison.Ordinal) ? meta.Version : command.Contains("\"name\"", StringComparison.Ordinal) ? meta.Name : null;

            return _versions?.Answer(command);
        }

        private string At(string file) => directory.Length == 0 ? file : $"{directory}/{file}";

        [GeneratedRegex(@"[\w./-]+\.control(?!\w|\.)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
        private static partial Regex ControlName();
    }
}
