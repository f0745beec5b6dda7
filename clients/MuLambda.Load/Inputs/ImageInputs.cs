using System.Buffers.Binary;
using System.Globalization;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Load;

/// <summary>Images in turn, for a model with one input of grey images: as numbers from 0 to 1, or as bytes where it takes these.</summary>
public sealed class ImageInputs : IRequestInputs
{
    private const int MaxRequests = 16;

    private readonly TensorSignature _input;
    private readonly IReadOnlyList<GrayPixels> _images;

    /// <summary>Images for a signature.</summary>
    /// <param name="inputs">The signature's inputs.</param>
    /// <param name="images">The images, at least one.</param>
    /// <exception cref="InvalidDataException">The signature takes no such images.</exception>
    public ImageInputs(IReadOnlyList<TensorSignature> inputs, IReadOnlyList<GrayPixels> images)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count);
        _input = inputs is [{ DataType: DataType.DtFloat or DataType.DtUint8 } only]
            ? only
            : throw new InvalidDataException($"Images can be sent to a model with one input of type float32 or uint8; this one has {inputs.Count} inputs: "
                + string.Join(", ", inputs.Select(input => $"{input.Name} ({TensorDataTypes.NameOf(input.DataType)})")) + ".");
        _images = images;
        var size = InputShapes.Count(InputShapes.Of(_input, 1));
        if (images.FirstOrDefault(image => image.Width * image.Height != size) is { } wrong)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"An image has {wrong.Width} × {wrong.Height} pixels; the model's input '{_input.Name}' takes {size} numbers an image ({InputShapes.Text(_input.Shape ?? [])})."));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyDictionary<string, TensorProto>> Make(int items)
    {
        var shape = InputShapes.Of(_input, items);
        return [.. Enumerable.Range(0, Math.Min(MaxRequests, _images.Count)).Select(request => new Dictionary<string, TensorProto>
        {
            [_input.Name] = InputShapes.Tensor(_input.DataType, shape, [.. Enumerable.Range(0, items).SelectMany(item => Content(_images[((request * items) + item) % _images.Count]))]),
        })];
    }

    private IEnumerable<byte> Content(GrayPixels image)
    {
        if (_input.DataType == DataType.DtUint8)
        {
            return image.Levels;
        }

        var content = new byte[4 * image.Levels.Count];
        for (var i = 0; i < image.Levels.Count; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(content.AsSpan(4 * i), image.Levels[i] / 255f);
        }

        return content;
    }
}
