using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Layout;
using Monogres.Store;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Payloads.Tests.Layout;

public class ModuleFilesTests
{
    private const string Prefix = "usr/lib/postgresql/17";

    private static readonly TestTree Server = new TestTree()
        .WithFile($"{Prefix}/bin/postgres", "a program", executable: true)
        .WithFile($"{Prefix}/lib/hstore.so", "a library", executable: true)
        .WithFile($"{Prefix}/lib/hstore_plperl.so", "another library", executable: true)
        .WithFile($"{Prefix}/share/extension/hstore.control", "default_version = '1.8'\n")
        .WithSymlink($"{Prefix}/share/extension/hstore--latest.sql", "hstore--1.8.sql")
        .WithDirectory($"{Prefix}/include/extension/hstore")
        .WithFile("usr/share/hstore.so", "not below the prefix");

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_files_of_a_module_keep_their_places_and_nothing_else_is_there() => Assert.Equal(
        new TestTree()
            .WithFile($"{Prefix}/lib/hstore.so", "a library", executable: true)
            .WithFile($"{Prefix}/share/extension/hstore.control", "default_version = '1.8'\n")
            .WithSymlink($"{Prefix}/share/extension/hstore--latest.sql", "hstore--1.8.sql"),
        await TestTree.ReadAsync(_blobs, await ApplyAsync("lib/hstore.so", "share/extension/hstore.control", "share/extension/hstore--*", "include/extension/hstore"), Cancel));

    [Fact]
    public async Task A_module_of_which_the_server_has_nothing_is_an_error()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ApplyAsync("lib/gone.so"));
        Assert.Equal($"the build of `hstore` installed nothing in `/{Prefix}`", error.Message);
    }

    [Fact]
    public async Task A_server_that_is_lost_is_not_an_empty_one()
    {
        var server = await Server.PutAsync(_blobs, Cancel);
        _blobs.Drop(server);
        await Assert.ThrowsAsync<BlobMissingException>(() => Function("lib/hstore.so").OfAsync(Store, Cancel, server));
    }

    [Fact]
    public void Other_files_are_another_function() => Assert.NotEqual(Function("lib/hstore.so").Key(), Function("lib/hstore.so", "lib/other.so").Key());

    private TreeStore Store => new(_blobs, new MemoryMemo());

    private static ModuleFiles Function(params ImmutableArray<string> files) => new("hstore", RelativePath.Parse(Prefix), files);

    private async Task<Digest> ApplyAsync(params ImmutableArray<string> files) => await Function(files).OfAsync(Store, Cancel, await Server.PutAsync(_blobs, Cancel));
}
