using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Layout;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Payloads.Tests.Layout;

public class LibraryNamesTests
{
    private const string Prefix = "usr/lib/postgresql/17";

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_names_are_those_of_the_libraries_in_the_library_directory_itself() => Assert.Equal("plain\nvector-0.8\n", await NamesAsync(new TestTree()
        .WithFile($"{Prefix}/lib/vector-0.8.so", "").WithFile($"{Prefix}/lib/plain.so", "").WithFile($"{Prefix}/lib/plain.so.1", "").WithFile($"{Prefix}/lib/plain.a", "")
        .WithFile($"{Prefix}/lib/bitcode/plain.so", "").WithSymlink($"{Prefix}/lib/link.so", "plain.so").WithFile("usr/lib/other.so", "")));

    [Fact]
    public async Task A_payload_without_libraries_has_an_empty_list() => Assert.Equal("", await NamesAsync(new TestTree().WithFile($"{Prefix}/share/a", "")));

    [Fact]
    public void Another_place_is_another_function() => Assert.NotEqual(Function("build/libraries").Key(), Function("build/others").Key());

    private static LibraryNames Function(string path) => new(RelativePath.Parse(Prefix), RelativePath.Parse(path));

    private async Task<string> NamesAsync(TestTree payload)
    {
        var tree = await Function("build/libraries").OfAsync(new TreeStore(_blobs, new MemoryMemo()), Cancel, await payload.PutAsync(_blobs, Cancel));
        var read = await TestTree.ReadAsync(_blobs, tree, Cancel);
        Assert.Equal(["build", "build/libraries"], read.Entries.Keys);
        return Assert.IsType<TestEntry.File>(read.Entries["build/libraries"]).Content;
    }
}
