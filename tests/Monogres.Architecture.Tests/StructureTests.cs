using System.Text;
using System.Text.RegularExpressions;
using Monogres.Architecture.Tests.Structure;
using Monogres.Testing;

namespace Monogres.Architecture.Tests;

/// <summary>
/// Projects and folders without cycles, and what each room must not touch: computed from the compiled assemblies. Constants and
/// <c>nameof</c> leave no trace in them; everything else by which a type refers to another does.
/// </summary>
public partial class StructureTests
{
    /// <summary>What reaches outside the process, or asks what differs from one machine or moment to another.</summary>
    private static readonly string[] InputAndOutput =
    [
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo", "System.IO.FileSystemInfo", "System.IO.RandomAccess",
        "System.Net.Http.HttpClient", "System.Net.Sockets.Socket", "System.Diagnostics.Process", "System.Diagnostics.ProcessStartInfo", "System.Console",
    ];

    private static readonly string[] ClockAndEnvironment =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.TimeProvider.get_System", "System.Diagnostics.Stopwatch.GetTimestamp", "System.Diagnostics.Stopwatch.StartNew",
        "System.Environment.GetEnvironmentVariable", "System.Environment.GetEnvironmentVariables", "System.Environment.get_CurrentDirectory",
        "System.Environment.get_MachineName", "System.Environment.get_UserName", "System.Environment.get_ProcessorCount", "System.Environment.get_TickCount64",
        "System.Guid.NewGuid", "System.Random.get_Shared",
    ];

    /// <summary>So the root of a room either uses its folders or is used by them: it joins what they do, or says what they have in common.</summary>
    [Fact]
    public void No_namespaces_depend_on_each_other()
    {
        var graph = new NamespaceGraph(Rooms.Types);
        var knots = graph.Knots();
        Assert.True(knots.IsEmpty, graph.Describe(knots));
    }

    [Fact]
    public void A_namespace_is_a_folder() => Assert.NothingIsWrong(
        Rooms.InOrder.SelectMany(room => Directory.EnumerateFiles(RepositoryFiles.At($"src/Monogres.{room}"), "*.cs", SearchOption.AllDirectories))
            .Select(file => (File: Path.GetRelativePath(RepositoryFiles.At("src"), file), Namespace: Declaration().Match(File.ReadAllText(file)).Groups["name"].Value)),
        one => one.File == "Monogres.Cli/Program.cs" || one.Namespace == Path.GetDirectoryName(one.File)!.Replace('/', '.') ? null : $"{one.File} declares {one.Namespace}");

    [Fact]
    public void Projects_refer_to_rooms_below_them() => Assert.NothingIsWrong(
        Rooms.InOrder.SelectMany(room => Rooms.References(room).Select(other => (Room: room, Other: other))),
        one => Rooms.InOrder.IndexOf(one.Other) < Rooms.InOrder.IndexOf(one.Room) ? null : $"{one.Room} refers to {one.Other}");

    [Fact]
    public void Types_use_rooms_below_theirs() => Assert.NothingIsWrong(
        Rooms.Types.SelectMany(type => type.Uses.Select(used => (type.Type, Used: used))),
        one => Rooms.InOrder.IndexOf(one.Used.Room) <= Rooms.InOrder.IndexOf(one.Type.Room) ? null : $"{one.Type} uses {one.Used}");

    [Fact]
    public void Namespaces_that_depend_on_each_other_are_found()
    {
        static TypeFacts Using(string name, params string[] used)
        {
            var facts = new TypeFacts(new TypeName("Room", name, $"In{name}"));
            foreach (var other in used)
                facts.Uses.Add(new TypeName("Room", other, $"In{other}"));
            return facts;
        }

        var graph = new NamespaceGraph([Using("A", "B"), Using("B", "C"), Using("C", "B"), Using("D", "A")]);
        Assert.Equal("B, C depend on each other\n  B uses C\n    InB → InC\n  C uses B\n    InC → InB\n", graph.Describe(graph.Knots()));
        Assert.Empty(new NamespaceGraph([Using("A", "B"), Using("B", "C"), Using("D", "A")]).Knots());
    }

    /// <summary>A name that does not exist, or that no reading of an assembly ever shows, would forbid nothing.</summary>
    [Fact]
    public void What_is_forbidden_in_some_rooms_exists_and_is_found_in_others()
    {
        var types = AppDomain.CurrentDomain.GetAssemblies().Append(typeof(HttpClient).Assembly).Append(typeof(System.Net.Sockets.Socket).Assembly)
            .Append(typeof(System.Diagnostics.Process).Assembly).Append(typeof(Console).Assembly).Distinct().ToArray();
        Type? TypeOf(string name) => types.Select(assembly => assembly.GetType(name)).FirstOrDefault(type => type is not null);
        Assert.NothingIsWrong(InputAndOutput, name => TypeOf(name) is null ? $"there is no {name}" : null);
        Assert.NothingIsWrong(ClockAndEnvironment, name =>
            TypeOf(name[..name.LastIndexOf('.')])?.GetMember(name[(name.LastIndexOf('.') + 1)..]) is [_, ..] ? null : $"there is no {name}");

        Assert.Contains("Monogres.Store.Disk.AtomicFile touches System.IO.File", Touched("Store", InputAndOutput, []));
        Assert.Contains(Touched("Store", InputAndOutput, []), touched => touched.EndsWith(" touches System.Net.Http.HttpClient", StringComparison.Ordinal));
        Assert.Contains("Monogres.Cli.Terminal.Streams touches System.Console", Touched("Cli", ["System.Console"], []));
        Assert.Contains("Monogres.Cli.Commands.Workspace touches System.TimeProvider.get_System", Touched("Cli", [], ClockAndEnvironment));
        Assert.Contains("Monogres.Cli.Commands.Workspace touches System.Environment.get_MachineName", Touched("Cli", [], ClockAndEnvironment));
        Assert.Contains(Rooms.TypesOf("Plans").SelectMany(type => type.Texts), text => WordsOfPostgres().IsMatch(text));
        Assert.Contains(Rooms.TypesOf("Core").SelectMany(type => type.Names), name => WordsOfPostgres().IsMatch(name));
        Assert.Every(["StoreManager", "PathHelper", "TextUtils", "Utility", "StoreTests"], name => Assert.Matches(EmptyNames(), name));
    }

    [Fact]
    public void A_project_refers_to_the_rooms_that_it_uses_and_to_no_others() => Assert.Every(Rooms.InOrder, room => Assert.Equal(
        Rooms.TypesOf(room).SelectMany(type => type.Uses).Select(used => used.Room).Where(used => used != room).Distinct(StringComparer.Ordinal).OrderBy(used => Rooms.InOrder.IndexOf(used)),
        Rooms.References(room)));

    [Fact]
    public void The_structure_is_the_one_that_was_reviewed()
    {
        var graph = new NamespaceGraph(Rooms.Types);
        var text = new StringBuilder();
        foreach (var room in Rooms.InOrder)
        {
            text.Append($"{room}: {string.Join(", ", Rooms.References(room))}".TrimEnd()).Append('\n');
            var own = $"Monogres.{room}";
            foreach (var name in graph.Namespaces.Where(name => name == own || name.StartsWith(own + '.', StringComparison.Ordinal)))
            {
                var inner = graph.UsedBy(name).Where(used => used.StartsWith(own + '.', StringComparison.Ordinal)).Select(used => used[(own.Length + 1)..]);
                text.Append($"    {(name == own ? "." : name[(own.Length + 1)..])}: {string.Join(", ", inner)}".TrimEnd()).Append('\n');
            }
        }

        Golden.Match(text.ToString(), "structure.txt");
    }

    /// <summary>
    /// Core is left out: the names of targets and the versions of PostgreSQL are its values, and the engine takes a target for a label.
    /// So is the list of names that hosts and users commonly have, which an output may contain; <c>postgres</c> is a user.
    /// </summary>
    [Fact]
    public void The_engine_and_what_lies_below_it_know_nothing_of_PostgreSQL()
    {
        Assert.DoesNotContain("Index", Rooms.Reachable("Engine"));
        Assert.NothingIsWrong(
            Rooms.Reachable("Engine").Remove("Core").Append("Engine").SelectMany(Rooms.TypesOf).Where(type => type.Type.Name != "Canary")
                .SelectMany(type => type.Texts.Concat(type.Names).Select(text => (type.Type, Text: text))),
            one => WordsOfPostgres().IsMatch(one.Text) ? $"{one.Type}: {one.Text}" : null);
    }

    [Fact]
    public void Core_is_values_only()
    {
        Assert.Empty(Rooms.ProjectOf("Core").Descendants("PackageReference"));
        Assert.Empty(Touched("Core", InputAndOutput, ClockAndEnvironment));
    }

    [Fact]
    public void Planning_does_no_input_or_output() => Assert.Empty(Touched("Plans", InputAndOutput, ClockAndEnvironment));

    [Fact]
    public void The_engine_prints_nothing_and_reads_neither_clock_nor_environment() => Assert.Empty(Touched("Engine", ["System.Console"], ClockAndEnvironment));

    [Fact]
    public void Nothing_is_called_by_a_name_that_says_nothing() =>
        Assert.NothingIsWrong(Rooms.Types, type => EmptyNames().IsMatch(type.Type.Name) ? type.Type.ToString() : null);

    private static IEnumerable<string> Touched(string room, string[] types, string[] members) => Rooms.TypesOf(room)
        .SelectMany(type => type.Outside.Intersect(types, StringComparer.Ordinal).Concat(type.Members.Intersect(members, StringComparer.Ordinal)).Select(touched => $"{type.Type} touches {touched}"));

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"postgres|(?<![a-z])pg_|initdb", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex WordsOfPostgres();

    [GeneratedRegex(@"Manager|Helper|Util(s|ity|ities)?$|Tests?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex EmptyNames();
}
