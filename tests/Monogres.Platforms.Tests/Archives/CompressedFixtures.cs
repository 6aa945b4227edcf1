using System.IO.Compression;
using System.Text;
using Monogres.Store.Archives;

namespace Monogres.Platforms.Tests.Archives;

/// <summary>Two contents as the usual programs compress them: 300 lines of text, and 4 MiB of zeros.</summary>
internal static class CompressedFixtures
{
    public static byte[] Text { get; } = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 300).Select(i => $"line {i} of a text that compresses\n")));

    public static byte[] CompressedText(Compression compression) => compression switch
    {
        Compression.None => Text,
        Compression.Gzip => Convert.FromBase64String(GzipText),
        Compression.Bzip2 => Convert.FromBase64String(Bzip2Text),
        Compression.Xz => Convert.FromBase64String(XzText),
        Compression.Zstd => Convert.FromBase64String(ZstdText),
        _ => throw new ArgumentOutOfRangeException(nameof(compression)),
    };

    public static byte[] CompressedZeros(Compression compression) => compression switch
    {
        Compression.Gzip => GzipZeros(),
        Compression.Bzip2 => Convert.FromBase64String(Bzip2Zeros),
        Compression.Xz => Convert.FromBase64String(XzZeros),
        Compression.Zstd => Convert.FromBase64String(ZstdZeros),
        _ => throw new ArgumentOutOfRangeException(nameof(compression)),
    };

    private static byte[] GzipZeros()
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize))
            gzip.Write(new byte[4 << 20]);
        return bytes.ToArray();
    }

    private const string GzipText = """
        H4sIAAAAAAACA43ay41UQRBE0T1WtAkv4v3NQagRSAODmF5gPsIBTu5rddWfPJX19v3n87E83r8+Pj9ezz+vx+vb59fjy/uPX7+fHx/Pj09v/w5EB6oDqw5s
        OrDrwKEDpw5cOnAzlFOyZRgzrBnmDHuGQcOiYdKwadm0/nyyadm0bFo2LZuWTcumZdOVTVc2Xf2lZ9OVTVc2Xdl0ZdOVTVc23dh0Y9ONTTf/krLpxqYbm25s
        urHpxqY7m+5surPpzqa7/57YdGfTnU13Nt3Z9GDTg00PNj3Y9GDTw//5bHqw6cGmB5uebHqy6cmmJ5uebHqy6elBik1PNj3Z9GLTi00vNr3Y9GLTi00vNr08
        nbLpxaY3m95serPpzaY3m95serPpzaa3R/7BzO+hf/HUv3jsXzz3Lx78F0/+i0f/xbP/4uF/cd0JqVx3gKqBqgasGrhqAKuBrAa0sq1iXKUDsbqufRUDKxZW
        TKzYWDGyYmXFzIqdlXVwIeC6plZsrRhbsbZibsXeisEViysmV7bBfYvrWl0xu2J3xfCK5RXTK7ZXjK9YX9kH11mua4DFAosJFhssRlissJhhscNiiOUY3Ba6
        ri0WYyzWWMyx2GMxyGKRxSSLTZZzcBnrumZZ7LIYZrHMYprFNotxFuss5lmuwV2361poMdFio8VIi5UWMy12Wgy1WGq5B6uEwS7BywRbrbZabbXaarXVaqvV
        VqutVlutGaxqXNdWq61WW622Wm212mq11TrYgw0WYZNNmOsOdmGDZdhgGzZYhw32YYOFmK1WW622WtfBotF1bbXaarXVaqvVVqutVluttlpttW6DPa7r2mq1
        1Wqr1VarrVZbrbZabbXaat0Ha3LXtdVqq9VWq61WW622Wm212mq11XoMXiG4rq1WW622Wm212mq11Wqr1VarrdZz8MjDdW212mq11Wqr1VarrVZbrbZabbVe
        gzc0rmur1VarrVZbrbZabbXaarXVaqv1HjxR+l/dv+WXUi2WKAAA
        """;

    private const string Bzip2Text = """
        QlpoOTFBWSZTWZak9hUAC4FZgAAQQAB/4Ctn3EBQAz6AVcAgImkPR/qkqTTTIyGKaNAGgABJ7/9VKPeqqf/lVQAACmjQBoAAClT1UobU9IeoB4o8lI7lI+5S
        PRSO/txzr8+3v9Pr9u/VIBoyAodAeB2DsHgdAUMgNEgG0ABpDIDaQDRkBQ6A8DsHYPA6AoZAaJANoACh0B4HYOweB0BQyA0SAbQAHtEYxGIjkRjEYiPbnI5z
        nOc56NpAVVVVVvczMzMzMzMzMzLMZAXd3F3d3d1VVVVZmMRmczGIzO4m5uJubibm4m5uJubibm4m5pjEX11N3d3dtoAXrWta1ptMYjM5mMRnOptqbam2ptqb
        am2ptqdunTs222st8W22zSSSW+4AAAAbnNubba9tq22yaSSWwAAAAbnNt522vq23ltsk0klvQAAABuc229ba+bbb5tskmklvoAAAAbnNtt3a8ttt9WySTSW+
        QAAABuc222mq2229skkmlvAAAABzx43nztttLVttt73ve97JgAbbbbbbbnNwpH5KRwpH9KR+CkeikdykeSkcKR4KR/CkdCkeCkdSkeCkeSkeikeike5SOFI8
        lI/xSPYUjoUj/i7kinChIS1J7Co=
        """;

    private const string Bzip2Zeros = """
        QlpoOTFBWSZTWVYC4ogAICBIAMAAAAQACCAAMMwFKaYCAbECAeLuSKcKEgrAXFEA
        """;

    private const string XzText = """
        /Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4CiVAYddADYaSh8IoCYDTQad7+2MoT/IOM9thS+YBVT3V81fWtWhrZid08G5PLhK9hGP85/0NbHOMv8Mz1fJASD2
        xVpxiQdaLmbW49MXcq0cuUvC4YmhSYAs+C21FtGwwMTap8eYVhKwz5b7pfD1l0VewbOQZV3WXugkiw+g5H5IDPy1f8a76OC678Q9KicQcvv6k95UOy6VkIYn
        N2XRMfdrxuLrRxD8PyUPOYCMDBofYtrh8aLnKZw0qTKp3xWxj/LMUewX3/dBLpu7EYfyIJQHHIroBrl/8I9cyLzxRQwRkvdIiy18dW5MEP0T/76bOks5zYZv
        S4KSwXJ2ilgaEsW4OFKP/PguqzcXIUtYDZaCVZu1YY/zl0iO0RSLMJYDDXxxSBfLod+1C1Dded8DmWuFAn2jpoGuG5IoCmLb9Fte/WGkD3Lnf3NNaKI33UhW
        7K/BMP/9qcFkh4N1UKiNGHFSrRDGIYKwsS5yq7co31Q+q6Ie51iUGNhjhUZHQ0R3Ts6y7Lh2/x0qWuij2AAAAE0diHJuBtFhAAGjA5ZRAACyNyjuscRn+wIA
        AAAABFla
        """;

    private const string XzZeros = """
        /Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj//8RAWxdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN2X+m44wjEVPgWRjFdYri
        d/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiUcR89jyThcJ6nI1/sKMuF0ZWYin4qkfIndfcZwAaY
        TZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvS5f
        qg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vuaMC5WwI+F84OBwGXEJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH
        2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvEgn5lif/xABKwDsc1On/b6ufDEan7eNMW5wnqcjX+woy4XRlZiKfiqR8id19xnABphNmP3Yr9WQD8Ql
        U/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zR5bIEL53VM9+ClkCTuAyyps37U78MS9Ll+qDz5LZkKQEw7/
        EJP4cXhZ+AvN/5UoRg+p/Hze+5owLlbAj4Xzg4HAZcQlU/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zR5b
        IEL53VM9+ClkCTuAyyps37U78MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN/5UoRg+p/Hze+5owLlbAj4Xzg4HAZcQlUQ8/soAB3AAFAEHqpi0AAGtsRXzSCWHb
        AAHEBYCAgALTUy1YscRn+wIAAAAABFla
        """;

    private const string ZstdText = """
        KLUv/QRoxAYAgg4hFZCrxRjKvsXzb/8fMyES2b3H7N8HJ3me53me53mO4ziO4ziO4/d93/d93/f9/////2/btm3btm3ba6211lprKaWUUkoplVJKKaWU0u7u
        7u6uqqqqqmpmZmZmJiIiIiLi3d3d3d3//y+VVhNvoBmaZmAWRBGQExQOcp7BQQEiFGRoSIwjgJaoEbD6/p8BwDOqAxEkBP//FT+61/t+7/N93/f5C9Ng+ku8
        dJfOJVtaS2cJVqlv7q6+tr25e86VrLRKVDqlUhIlKH0SJ7B377V79TUIAVoV7QQAppIfCcAdAyRJSLjquB0AGQAcAJqmaZqmWZZlWZZlWZYkSZIkSZIkOY7j
        OI7jOI4B///v7u7u7g7DMAzDMAzD53me53me52maFtM0Pc/zPM/zPM+yLMuyLMuyHMdxHMdxHMf//wH3fd/3fd/3bdu2bdu2bdt1Xdd1Xdd1TdM0TdMUgJao
        EBA/8NnPEvj/RxCYvxjftx5JACQ2/wNRDnVTcYI=
        """;

    private const string ZstdZeros = """
        KLUv/QRoTAAACAABAPz/ORACAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAA
        AgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAwAQACidvHw=
        """;
}
