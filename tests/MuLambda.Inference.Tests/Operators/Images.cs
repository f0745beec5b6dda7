namespace MuLambda.Inference.Tests.Operators;

/// <summary>Convolution and pooling as plain loops over NHWC images, by TensorFlow's definitions.</summary>
internal static class Images
{
    /// <summary>Where a window begins and how many there are, along one dimension.</summary>
    public static (int Before, int Count) Windows(int size, int kernel, int stride, int dilation, string padding, int explicitBefore = 0, int explicitAfter = 0)
    {
        var reach = ((kernel - 1) * dilation) + 1;
        switch (padding)
        {
            case "VALID":
                return (0, (size - reach + stride) / stride);
            case "SAME":
                var count = (size + stride - 1) / stride;
                return (Math.Max(((count - 1) * stride) + reach - size, 0) / 2, count);
            default:
                return (explicitBefore, (size + explicitBefore + explicitAfter - reach + stride) / stride);
        }
    }

    /// <summary>Height, width, in, out (or, depthwise, multiplier) filters over n images.</summary>
    public static (long[] Shape, float[] Values) Convolve(
        float[] x, int[] shape, float[] filter, int[] filterShape, bool depthwise, (int Before, int Count) vertical, (int Before, int Count) horizontal, int[] strides, int[] dilations)
    {
        var (n, h, w, c) = (shape[0], shape[1], shape[2], shape[3]);
        var last = filterShape[3];
        var channels = depthwise ? c * last : last;
        var y = new float[n * vertical.Count * horizontal.Count * channels];
        var at = 0;
        for (var image = 0; image < n; image++)
        {
            for (var row = 0; row < vertical.Count; row++)
            {
                for (var column = 0; column < horizontal.Count; column++)
                {
                    for (var o = 0; o < channels; o++, at++)
                    {
                        for (var i = 0; i < filterShape[0]; i++)
                        {
                            for (var j = 0; j < filterShape[1]; j++)
                            {
                                var (yy, xx) = ((row * strides[0]) - vertical.Before + (i * dilations[0]), (column * strides[1]) - horizontal.Before + (j * dilations[1]));
                                if (yy < 0 || yy >= h || xx < 0 || xx >= w)
                                {
                                    continue;
                                }

                                foreach (var k in depthwise ? [o / last] : Enumerable.Range(0, c))
                                {
                                    y[at] += x[(((((image * h) + yy) * w) + xx) * c) + k]
                                        * filter[(((((i * filterShape[1]) + j) * c) + k) * last) + (depthwise ? o % last : o)];
                                }
                            }
                        }
                    }
                }
            }
        }

        return ([n, vertical.Count, horizontal.Count, channels], y);
    }

    /// <summary>Pools n images; <paramref name="reduce"/> sees what lies inside the image only.</summary>
    public static (long[] Shape, float[] Values) Pool(
        float[] x, int[] shape, int[] kernel, (int Before, int Count) vertical, (int Before, int Count) horizontal, int[] strides, Func<IEnumerable<float>, float> reduce)
    {
        var (n, h, w, c) = (shape[0], shape[1], shape[2], shape[3]);
        var y = new List<float>();
        for (var image = 0; image < n; image++)
        {
            for (var row = 0; row < vertical.Count; row++)
            {
                for (var column = 0; column < horizontal.Count; column++)
                {
                    for (var k = 0; k < c; k++)
                    {
                        y.Add(reduce(
                            from i in Enumerable.Range((row * strides[0]) - vertical.Before, kernel[0])
                            from j in Enumerable.Range((column * strides[1]) - horizontal.Before, kernel[1])
                            where i >= 0 && i < h && j >= 0 && j < w
                            select x[(((((image * h) + i) * w) + j) * c) + k]));
                    }
                }
            }
        }

        return ([n, vertical.Count, horizontal.Count, c], [.. y]);
    }

    public static float[] Some(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    /// <summary>The same images, channels first.</summary>
    public static float[] ToChannelsFirst(float[] x, int n, int h, int w, int c) =>
        [.. from i in Enumerable.Range(0, n)
            from k in Enumerable.Range(0, c)
            from p in Enumerable.Range(0, h * w)
            select x[(((i * h * w) + p) * c) + k]];
}
