using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Monogres.Architecture.Tests.Structure;
using Monogres.Testing;

namespace Monogres.Architecture.Tests;

/// <summary>What ARCHITECTURE.md promises, and what documents say of the code, held by reading projects, assemblies and documents.</summary>
public partial class DocumentTests
{
    public static TheoryData<string> EachRoom => [.. Rooms.InOrder];

    [Fact]
    public void The_rooms_are_those_of_ARCHITECTURE_md()
    {
        var architecture = File.ReadAllText(RepositoryFiles.At("ARCHITECTURE.md"));
        var folders = Directory.EnumerateDirectories(RepositoryFiles.At("src")).Select(folder => Path.GetFileName(folder)["Monogres.".Length..]);
        Assert.Equal(Rooms.InOrder.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
        Assert.Every(Rooms.InOrder, room => Assert.Contains($"| `src/Monogres.{room}` |", architecture, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_package_is_owned_by_one_room() => Assert.Every(
        Rooms.InOrder.SelectMany(room => Rooms.ProjectOf(room).Descendants("PackageReference").Select(package => (Room: room, Package: package.Attribute("Include")!.Value)))
            .GroupBy(one => one.Package, StringComparer.Ordinal),
        rooms => Assert.Single(rooms));

    [Theory]
    [MemberData(nameof(EachRoom))]
    public void What_is_not_meant_to_be_inherited_is_sealed(string room)
    {
        if (room == "Protocol")
            return; // Generated; sealed by the compiler of messages.

        var types = AssemblyOf(room).GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null
            && type.Namespace?.StartsWith("Monogres", StringComparison.Ordinal) == true).ToArray();
        Assert.NotEmpty(types);
        Assert.Every(types, type => Assert.True(type.IsSealed, $"{type} can be inherited"));
    }

    [Theory]
    [MemberData(nameof(EachRoom))]
    public void Only_the_edge_speaks_to_the_terminal(string room) =>
        Assert.Equal(room == "Cli", AssemblyOf(room).GetReferencedAssemblies().Any(one => one.Name == "System.Console"));

    [Fact]
    public void Within_the_edge_one_file_touches_the_terminal() => Assert.Equal(["Streams.cs"],
        Sources("Cli").Where(file => ConsoleUse().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName));

    [Theory]
    [MemberData(nameof(EachRoom))]
    public void Every_room_says_in_five_lines_what_it_is(string room)
    {
        var lines = File.ReadAllLines(RepositoryFiles.At($"src/Monogres.{room}/README.md"));
        Assert.Equal($"# Monogres.{room}", lines[0]);
        Assert.InRange(lines.Count(line => line.Length > 0), 3, 6);
        Assert.Contains(lines, line => line.StartsWith("Never: ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EachRoom))]
    public void The_types_that_a_room_is_introduced_with_exist(string room)
    {
        var names = Rooms.InOrder.SelectMany(one => AssemblyOf(one).GetTypes()).Select(type => type.Name.Split('`')[0]).ToHashSet(StringComparer.Ordinal);
        var row = File.ReadAllLines(RepositoryFiles.At("ARCHITECTURE.md")).Single(line => line.StartsWith($"| `src/Monogres.{room}` |", StringComparison.Ordinal));
        var readme = File.ReadAllText(RepositoryFiles.At($"src/Monogres.{room}/README.md"));
        Assert.Every(Quoted().Matches(row.Split('|')[3] + readme).Select(match => match.Groups["name"].Value), name => Assert.Contains(name, names));
    }

    [Fact]
    public void Every_page_of_the_documents_is_linked_from_somewhere()
    {
        var linked = Documents().SelectMany(LinksOf).Select(link => link.Target).ToHashSet(StringComparer.Ordinal);
        Assert.Every(Documents().Where(file => file.StartsWith(RepositoryFiles.At("docs"), StringComparison.Ordinal)), file =>
            Assert.True(linked.Contains(file) || linked.Contains(Path.GetDirectoryName(file)!), $"nothing leads to {Path.GetRelativePath(RepositoryFiles.Top, file)}"));
    }

    [Fact]
    public void No_link_is_dead() => Assert.NothingIsWrong(
        Documents().SelectMany(LinksOf), link => Path.Exists(link.Target) ? null : $"{Path.GetRelativePath(RepositoryFiles.Top, link.File)}: {link.Text}");

    [Fact]
    public void Every_block_of_a_document_is_run_by_a_test_or_says_why_it_is_not() => Assert.NothingIsWrong(
        Documents().SelectMany(BlocksOf), block => FenceKinds.Commands.ContainsKey(block.Kind) ? null
            : !FenceKinds.Others.Contains(block.Kind) ? $"{block.Place}: `{block.Kind}` is no kind of block; CONTRIBUTING.md lists them"
            : block.Lines.FirstOrDefault(line => line.StartsWith("$ ", StringComparison.Ordinal) || line.StartsWith("./monogres ", StringComparison.Ordinal)) is { } command
                ? $"{block.Place}: `{command}` is a command in a block that is not one of commands"
                : null);

    [Fact]
    public void The_kinds_of_blocks_are_those_of_CONTRIBUTING_md()
    {
        var contributing = File.ReadAllText(RepositoryFiles.At("CONTRIBUTING.md"));
        Assert.Every(FenceKinds.Commands, kind => Assert.Contains($"| `{kind.Key}` | {kind.Value} |", contributing, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_generated_page_has_commands_that_are_merely_parsed() => Assert.Equal(
        [RepositoryFiles.At("docs/reference/commands.md")],
        Documents().Where(file => BlocksOf(file).Any(block => block.Kind == "sh parsed")));

    private static IEnumerable<(string Place, string Kind, List<string> Lines)> BlocksOf(string file)
    {
        (string Place, string Kind, List<string> Lines)? block = null;
        foreach (var (number, line) in File.ReadLines(file).Select((line, i) => (i + 1, line.TrimStart())))
        {
            if (!line.StartsWith("```", StringComparison.Ordinal))
            {
                block?.Lines.Add(line);
            }
            else if (block is { } whole)
            {
                yield return whole;
                block = null;
            }
            else
            {
                block = ($"{Path.GetRelativePath(RepositoryFiles.Top, file)}:{number}", line[3..], []);
            }
        }
    }

    private static IEnumerable<string> Documents() => Directory.EnumerateFiles(RepositoryFiles.Top, "*.md", SearchOption.AllDirectories)
        .Where(file => Path.GetRelativePath(RepositoryFiles.Top, file).Split('/') is var segments
            && !segments.Any(segment => segment is "artifacts" or "bin" or "obj" or "dist" || segment.StartsWith('.')));

    private static IEnumerable<(string File, string Text, string Target)> LinksOf(string file) =>
        Links().Matches(File.ReadAllText(file)).Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#') && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Select(target => (file, target, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, target.Split('#')[0])).TrimEnd('/')));

    private static IEnumerable<string> Sources(string room) => Directory.EnumerateFiles(RepositoryFiles.At($"src/Monogres.{room}"), "*.cs", SearchOption.AllDirectories);

    private static Assembly AssemblyOf(string room) => Assembly.Load(Rooms.AssemblyOf(room));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Links();

    [GeneratedRegex(@"`(?<name>[A-Z][A-Za-z0-9]+)`", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<![\w.])Console\.(Open|Read|Write|Is|Set|Window|Buffer|Cursor|Key|Cancel|Title|Beep|Clear|Foreground|Background|Reset)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ConsoleUse();
}
