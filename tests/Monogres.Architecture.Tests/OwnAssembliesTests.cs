using System.Reflection.PortableExecutable;
using System.Text;
using Monogres.Architecture.Tests.Structure;
using Monogres.Testing;

namespace Monogres.Architecture.Tests;

/// <summary>
/// The tool is held to its own rule: what the compiler writes is a function of the sources. <c>tests/trials/tool-twice.sh</c> builds all of it
/// twice and compares; these tests notice in a second when a setting that it takes is lost.
/// </summary>
public class OwnAssembliesTests
{
    private static string[] Assemblies => [.. Rooms.InOrder.Select(room => Path.Combine(AppContext.BaseDirectory, $"{Rooms.AssemblyOf(room)}.dll"))];

    [Fact]
    public void Each_says_that_it_was_compiled_reproducibly() => Assert.NothingIsWrong(Assemblies, path =>
    {
        using var file = new PEReader(File.OpenRead(path));
        return file.ReadDebugDirectory().Any(entry => entry.Type is DebugDirectoryEntryType.Reproducible) ? null : $"{path} has a time in its header";
    });

    [Fact]
    public void None_has_a_path_of_the_machine_that_compiled_it_nor_have_its_symbols() => Assert.NothingIsWrong(
        Assemblies.SelectMany(path => (string[])[path, Path.ChangeExtension(path, ".pdb")]),
        path => Has(path, RepositoryFiles.Top) ? $"{path} has the path {RepositoryFiles.Top}: see PathMap in Directory.Build.props" : null);

    [Fact]
    public void A_path_in_a_file_is_found_in_either_encoding()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory["8"], [1, .. Encoding.UTF8.GetBytes("/some/place/x"), 0]);
        File.WriteAllBytes(directory["16"], [1, .. Encoding.Unicode.GetBytes("/some/place/x"), 0]);
        Assert.Every((string[])["8", "16"], name => Assert.True(Has(directory[name], "/some/place")));
        Assert.False(Has(directory["8"], "/other/place"));
    }

    private static bool Has(string file, string text)
    {
        var bytes = File.ReadAllBytes(file).AsSpan();
        return bytes.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0 || bytes.IndexOf(Encoding.Unicode.GetBytes(text)) >= 0;
    }
}
