using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Packaging.Oci.Model;

namespace Monogres.Packaging.Tests.Oci.Model;

public class OciJsonTests
{
    private static readonly OciDescriptor Config = OciDescriptor.Of(OciMediaTypes.Config, Digest.Of("{}"u8));

    [Fact]
    public void A_document_has_one_form_whose_digest_is_fixed()
    {
        var manifest = OciJson.Write(new OciManifest
        {
            Config = Config,
            Layers = [OciDescriptor.Of(OciMediaTypes.GzipLayer, Digest.Of("layer"u8))],
            Annotations = Sorted(("b", "<é & \"+\">"), ("a", "1"), ("B", "2")),
        });
        Assert.Equal(
            """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85","size":5}],"annotations":{"B":"2","a":"1","b":"<é & \"+\">"}}""",
            Encoding.UTF8.GetString(manifest));
    }

    [Fact]
    public void Annotations_are_sorted_however_they_were_added()
    {
        static byte[] With(params (string, string)[] annotations) => OciJson.Write(new OciIndex { Manifests = [], Annotations = Sorted(annotations) });
        Assert.Equal(With(("a", "1"), ("b", "2")), With(("b", "2"), ("a", "1")));
    }

    [Fact]
    public void A_configuration_has_the_names_of_the_specification() => Assert.Equal(
        """{"created":"2023-11-14T22:13:20Z","architecture":"arm64","os":"linux","config":{"User":"26","ExposedPorts":{"5432/tcp":{}},"Env":["A=b"],"Entrypoint":["e"],"Cmd":["c"],"Volumes":{"/v":{}},"WorkingDir":"/","Labels":{"l":"1"},"StopSignal":"SIGINT"},"rootfs":{"type":"layers","diff_ids":["sha256:x"]},"history":[{"created":"t","created_by":"b"}]}""",
        Encoding.UTF8.GetString(OciJson.Write(new OciConfig
        {
            Created = OciConfig.TextOf(new DateTimeOffset(2023, 11, 15, 0, 13, 20, 999, TimeSpan.FromHours(2))),
            Architecture = "arm64",
            Config = new OciContainerConfig
            {
                User = "26",
                ExposedPorts = ImmutableSortedDictionary<string, OciNothing>.Empty.Add("5432/tcp", new OciNothing()),
                Env = ["A=b"],
                Entrypoint = ["e"],
                Cmd = ["c"],
                Volumes = ImmutableSortedDictionary<string, OciNothing>.Empty.Add("/v", new OciNothing()),
                WorkingDir = "/",
                Labels = Sorted(("l", "1")),
                StopSignal = "SIGINT",
            },
            Rootfs = new OciRootFs { DiffIds = ["sha256:x"] },
            History = [new OciHistory { Created = "t", CreatedBy = "b" }],
        })));

    [Fact]
    public void What_has_no_value_has_no_field() => Assert.Equal(
        """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", Encoding.UTF8.GetString(OciJson.Write(new OciIndex { Manifests = [] })));

    [Fact]
    public void What_was_written_is_read_back()
    {
        var index = new OciIndex { Manifests = [Config with { Platform = OciPlatform.Linux("amd64"), Annotations = Sorted(("a", "b")) }], Annotations = Sorted(("c", "d")) };
        Assert.Equal(OciJson.Write(index), OciJson.Write(OciJson.ReadIndex(OciJson.Write(index))));
        var manifest = new OciManifest { Config = Config, Layers = [Config] };
        Assert.Equal(OciJson.Write(manifest), OciJson.Write(OciJson.ReadManifest(OciJson.Write(manifest))));
    }

    [Fact]
    public void A_descriptor_leads_to_its_blob()
    {
        var blob = Digest.Of("a blob"u8);
        Assert.Equal(blob, OciDescriptor.Of(OciMediaTypes.Layer, blob).ToBlob());
        Assert.Throws<FormatException>(() => (Config with { Digest = "sha512:abc" }).ToBlob());
    }

    private static ImmutableSortedDictionary<string, string> Sorted(params (string Key, string Value)[] facts) =>
        facts.ToImmutableSortedDictionary(fact => fact.Key, fact => fact.Value, StringComparer.Ordinal);
}
