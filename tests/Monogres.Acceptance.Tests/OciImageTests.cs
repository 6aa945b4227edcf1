using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Acceptance.Tests.Clients;
using Monogres.Acceptance.Tests.Fixtures;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>
/// An image of the PostgreSQL that <see cref="RealPostgresTests"/> builds is pushed to a registry, copied from it by skopeo, unpacked by
/// umoci, and run. What else was tried by hand is in <c>docs/reference/images-trial.md</c>.
/// </summary>
public sealed class OciImageTests : IDisposable
{
    private const string Words = "select string_agg(word, ' ' order by number) from words";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task An_image_is_pushed_once_and_what_others_unpack_of_it_runs()
    {
        await using var clients = await ClientPrograms.OfAsync("docker-registry", "skopeo", "umoci");
        await using var registry = await ImageRegistry.StartAsync(clients, _directory["registry"]);
        var pushed = await PublishAsync(registry);
        Assert.True((int)pushed["sent"]! > 0);
        var again = await PublishAsync(registry);
        Assert.Equal(((string)pushed["digest"]!, 0, 0), ((string)again["digest"]!, (int)again["sent"]!, (int)again["sent_bytes"]!));

        var name = $"docker://{registry.Address}/monogres/postgres:{pushed["tags"]!.AsArray()[0]}";
        var inspected = JsonNode.Parse(await RunAsync(clients, "skopeo", "inspect", "--tls-verify=false", name))!;
        Assert.Equal((string)pushed["digest"]!, (string)inspected["Digest"]!);
        await RunAsync(clients, "skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", name, $"oci:{_directory["copy"]}:server");
        await RunAsync(clients, ["umoci", "unpack", .. Environment.IsPrivilegedProcess ? (string[])[] : ["--rootless"], "--image", $"{_directory["copy"]}:server", _directory["bundle"]]);

        var config = JsonNode.Parse(await RunAsync(clients, "skopeo", "inspect", "--config", $"oci:{_directory["copy"]}:server"))!["config"]!;
        await RunsAsync(clients, config);
    }

    private async Task RunsAsync(ClientPrograms clients, JsonNode config)
    {
        WriteScripts();
        var (password, bundle) = (_directory["password"], _directory["bundle/rootfs"]);
        // An ordinary user cannot be the image's root and its postgres at once.
        var container = new ImageContainer(clients, config, bundle) { Uid = Environment.IsPrivilegedProcess ? null : 999 };
        Assert.Equal("eins zwei\nXLII\nde_DE.utf8\n", await container.AskAsync(
            _directory["volume"], password, $"{Words}; select 'VI'::roman * 'VII'::roman; select datcollate from pg_database where datname = 'postgres'",
            "--ro-bind", _directory["scripts"], "/docker-entrypoint-initdb.d"));
        Assert.Equal("eins zwei\n", await container.AskAsync(_directory["volume"], password, Words));

        var anyone = new ImageContainer(clients, config, bundle) { Uid = 12345, IsReadOnly = true };
        Assert.Equal("12345\n", await anyone.AskAsync(_directory["another volume"], password, "create extension numeral; copy (select 1) to program 'id -u >/tmp/id'; select rtrim(pg_read_file('/tmp/id'), e'\\n')"));
    }

    private void WriteScripts()
    {
        File.WriteAllText(_directory["password"], "a secret\n");
        Directory.CreateDirectory(_directory["scripts"]);
        File.WriteAllText(_directory["scripts/1.sql"], "create extension numeral; create table words (number int, word text); insert into words values (1, 'eins');\n");
        using var zipped = new GZipStream(File.Create(_directory["scripts/2.sql.gz"]), CompressionLevel.Fastest);
        zipped.Write(Encoding.ASCII.GetBytes("insert into words values (2, 'zwei');\n"));
    }

    private static async Task<JsonNode> PublishAsync(ImageRegistry registry)
    {
        var done = (await new Tool().RunAsync("publish", "oci", $"{registry.Address}/monogres", "postgres@15.18+minimal", "--with", "numeral", "--json")).Succeeded();
        return JsonNode.Parse(done.Out)!["images"]!.AsArray().Single()!;
    }

    private async Task<string> RunAsync(ClientPrograms clients, params string[] command) => (await clients.RunAsync(_directory.Path, command)).Succeeded().Out;
}
