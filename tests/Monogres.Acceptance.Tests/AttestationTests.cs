using System.Text;
using System.Text.Json.Nodes;
using Monogres.Acceptance.Tests.Clients;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>
/// Packages are attested and checked, with keys that OpenSSL makes; OpenSSL, of pinned packages, verifies what was signed, over
/// bytes that this test puts together itself.
/// </summary>
public sealed class AttestationTests : IAsyncLifetime
{
    private const string Target = "numeral@1.3/postgres@15.18+minimal", Set = "numeral-1.3-postgres-15.18-minimal-debian12-amd64";

    private readonly TemporaryDirectory _directory = new();
    private ClientPrograms _clients = null!;

    private string Statements => _directory[$"dist/{Set}.intoto.jsonl"];

    private string[] Dist => [.. Directory.GetFiles(_directory["dist"]).Order(StringComparer.Ordinal)];

    public async ValueTask InitializeAsync()
    {
        _clients = await ClientPrograms.OfAsync("openssl");
        (await RunAsync("build", Target, "--format", "tar,deb", "--output", _directory["dist"])).Succeeded();
        await OpenSslAsync("genpkey", "-algorithm", "ed25519", "-out", "alice.key");
        await OpenSslAsync("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "bob.key");
        foreach (var name in (string[])["alice", "bob"])
            await OpenSslAsync("pkey", "-in", $"{name}.key", "-pubout", "-out", $"{name}.pub");
    }

    public async ValueTask DisposeAsync()
    {
        await _clients.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_is_attested_is_verified_by_OpenSSL_and_by_check_and_nothing_that_was_touched_is()
    {
        await AttestAsync("--key", _directory["alice.key"]);
        await VerifiedByOpenSslAsync(Statements, signature => ["pkeyutl", "-verify", "-pubin", "-inkey", "alice.pub", "-rawin", "-in", "signed", "-sigfile", signature]);
        (await CheckAsync()).Succeeded();

        // Another builder, whose key is held by a program of his own, states the same.
        await OpenSslAsync("pkcs8", "-topk8", "-in", "bob.key", "-passout", "pass:secret", "-out", "bob-encrypted.key");
        await AttestAsync("--key", _directory["bob.pub"], "--output", _directory["bob"], "--sign-with", ShellText.Quote(_clients.Start([_directory.Path], "openssl", "dgst", "-sha256", "-sign", "bob.key")));
        await VerifiedByOpenSslAsync(_directory[$"bob/{Set}.intoto.jsonl"], signature => ["dgst", "-sha256", "-verify", "bob.pub", "-signature", signature, "signed"]);
        string[] both = ["--key", $"{_directory["alice.pub"]},{_directory["bob.pub"]}", "--threshold", "2"];
        Assert.Contains("alice.pub", (await CheckAsync([.. both, "--builders", _directory["bob"]])).Succeeded().Out, StringComparison.Ordinal);
        (await CheckAsync(both)).ExitedWith(1);
        Assert.Contains("needs libc6", (await CheckAsync("--key", _directory["alice.pub"], "--needs", "libc6@2.36")).Succeeded().Out, StringComparison.Ordinal);

        // A key that is encrypted, and the secret of which no argument has.
        await File.WriteAllTextAsync(_directory["passphrase"], "secret\n");
        await AttestAsync("--key", _directory["bob-encrypted.key"], "--passphrase-file", _directory["passphrase"], "--output", _directory["bob"]);
        (await CheckAsync([.. both, "--builders", _directory["bob"]])).Succeeded();

        (await CheckAsync("--key", _directory["bob.pub"])).ExitedWith(1);
        await TouchedAsync($"dist/{Set}.tar", 3, "not identical");
        await TouchedAsync($"dist/{Set}.spdx.json", 3, "not identical");
        var text = await File.ReadAllTextAsync(Statements);
        await File.WriteAllTextAsync(Statements, text[..^100]);
        Assert.Contains("damaged or cut off", (await CheckAsync()).ExitedWith(1).Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Statements, text);
        File.Delete(_directory[$"dist/{Set}.tar"]);
        Assert.Contains("it is missing", (await CheckAsync()).ExitedWith(1).Out, StringComparison.Ordinal);
    }

    private async Task TouchedAsync(string file, int exit, string words)
    {
        var bytes = await File.ReadAllBytesAsync(_directory[file]);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(_directory[file], bytes);
        Assert.Contains($"{_directory[file]}: {words}", (await CheckAsync()).ExitedWith(exit).Out, StringComparison.Ordinal);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(_directory[file], bytes);
    }

    private async Task VerifiedByOpenSslAsync(string statements, Func<string, string[]> command)
    {
        var lines = await File.ReadAllLinesAsync(statements);
        Assert.Equal(2, lines.Length);
        foreach (var line in lines)
        {
            var envelope = JsonNode.Parse(line)!;
            var (type, payload) = ((string)envelope["payloadType"]!, Convert.FromBase64String((string)envelope["payload"]!));
            await File.WriteAllBytesAsync(_directory["signed"], [.. Encoding.UTF8.GetBytes($"DSSEv1 {type.Length} {type} {payload.Length} "), .. payload]);
            await File.WriteAllBytesAsync(_directory["signature"], Convert.FromBase64String((string)envelope["signatures"]![0]!["sig"]!));
            await OpenSslAsync(command("signature"));
        }
    }

    private async Task AttestAsync(params string[] options) => (await RunAsync(["attest", .. Dist, .. options])).Succeeded();

    private Task<Outcome> CheckAsync(params string[] options) => RunAsync(["check", .. Dist, .. options.Length == 0 ? ["--key", _directory["alice.pub"]] : options]);

    private Task<Outcome> RunAsync(params string[] arguments) => new Tool { Directory = _directory.Path }.RunAsync(arguments);

    private async Task OpenSslAsync(params string[] arguments) => (await _clients.RunAsync(_directory.Path, ["openssl", .. arguments])).Succeeded();
}
