using System.Collections.Frozen;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>What the values in headers of rpm are (rpmtag.h), those in which packages differ.</summary>
internal static class RpmTagNames
{
    private static readonly FrozenDictionary<int, string> Names = new Dictionary<int, string>
    {
        [63] = "region", [100] = "languages", [1000] = "name", [1001] = "version", [1002] = "release", [1003] = "epoch", [1004] = "summary", [1005] = "description",
        [1006] = "build time", [1007] = "build host", [1009] = "size", [1010] = "distribution", [1011] = "vendor", [1014] = "licence", [1015] = "packager", [1016] = "group",
        [1020] = "url", [1021] = "system", [1022] = "architecture", [1023] = "script before installation", [1024] = "script after installation", [1025] = "script before removal",
        [1026] = "script after removal", [1028] = "file sizes", [1030] = "file modes", [1034] = "file times", [1035] = "file digests", [1036] = "link targets", [1037] = "file flags",
        [1039] = "file owner", [1040] = "file group", [1044] = "source package", [1045] = "file verification", [1047] = "provides", [1049] = "requires", [1064] = "rpm version",
        [1080] = "changelog time", [1081] = "changelog name", [1082] = "changelog text", [1094] = "cookie", [1095] = "file devices", [1096] = "file inodes", [1112] = "provide flags",
        [1113] = "provide versions", [1116] = "directory indexes", [1117] = "file names", [1118] = "directory names", [1122] = "compiler options", [1124] = "payload format",
        [1125] = "payload compressor", [1126] = "payload level", [1132] = "platform", [5009] = "size", [5062] = "encoding", [5092] = "payload digest", [5093] = "payload digest algorithm",
        [5097] = "payload digest before compression",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, string> OfSignatures = new Dictionary<int, string>
    {
        [62] = "region", [267] = "DSA or EdDSA of the header", [268] = "RSA of the header", [269] = "header sha1 digest", [271] = "payload size", [273] = "header sha256 digest",
        [1000] = "size", [1002] = "RSA", [1004] = "md5 digest", [1005] = "DSA", [1007] = "payload size", [1008] = "reserved",
    }.ToFrozenDictionary();

    /// <summary>The name of a value of the header.</summary>
    public static string Of(int tag) => Names.GetValueOrDefault(tag) ?? $"value {tag}";

    /// <summary>The name of a value of the header of signatures.</summary>
    public static string OfSignature(int tag) => OfSignatures.GetValueOrDefault(tag) ?? $"value {tag}";
}
