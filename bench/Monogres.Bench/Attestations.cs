using System.Security.Cryptography;

namespace Monogres.Bench;

/// <summary><c>monogres attest</c> and <c>check</c> of one target's archive, beside the start of the tool for nothing.</summary>
internal static class Attestations
{
    private const int Runs = 10;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(scratch.Child("release.key"), key.ExportPkcs8PrivateKeyPem(), cancel);
        await File.WriteAllTextAsync(scratch.Child("release.pub"), key.ExportSubjectPublicKeyInfoPem(), cancel);
        await Child.RunAsync([bench.Tool, "build", bench.Target, "--store", bench.Store, "--output", scratch.Child("dist")], watch: false, cancel);
        string[] files = Directory.GetFiles(scratch.Child("dist"));
        string[] attest = [bench.Tool, "attest", .. files, "--key", scratch.Child("release.key"), "--store", bench.Store];
        string[] check = [bench.Tool, "check", .. files, "--key", scratch.Child("release.pub")];

        // The first finds out which package has which library.
        await Child.RunAsync(attest, watch: false, cancel);
        List<double> attested = [], @checked = [];
        for (var i = 0; i < Runs; i++)
        {
            var start = (await Child.RunAsync([bench.Tool, "--version"], watch: false, cancel)).Wall;
            attested.Add((await Child.RunAsync(attest, watch: false, cancel)).Wall - start);
            @checked.Add((await Child.RunAsync(check, watch: false, cancel)).Wall - start);
        }

        return
        [
            new Row($"`monogres attest` of `{bench.Target}`, {files.Sum(file => new FileInfo(file).Length) >> 20} MB, beyond `monogres --version`", "0.1 s", Figures.Seconds(attested)),
            new Row("`monogres check` of the same, beyond it", "", Figures.Seconds(@checked)),
        ];
    }
}
