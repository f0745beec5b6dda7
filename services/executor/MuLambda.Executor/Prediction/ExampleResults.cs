using System.Text;
using MuLambda.Inference;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Prediction;

/// <summary>The outputs of a signature as TensorFlow Serving's results, checked as it checks them.</summary>
internal static class ExampleResults
{
    /// <summary>Labels and scores, <c>[examples, classes]</c> both.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT: the outputs are no classes of these examples.</exception>
    public static ClassificationResult Classification(ModelOutputs outputs, int examples)
    {
        var classes = Find(outputs, SignatureMethods.Classes);
        var scores = Find(outputs, SignatureMethods.Scores);
        RequireClasses(classes, SignatureMethods.Classes, DType.String, examples);
        RequireClasses(scores, SignatureMethods.Scores, DType.Float32, examples);
        if (classes is not null && scores is not null && classes.Shape[1] != scores.Shape[1])
        {
            throw Invalid(
                $"Tensors class and score should match in dim_size(1). Got {classes.Shape[1]} vs. {scores.Shape[1]}");
        }

        var labels = classes is null ? default : classes.Strings;
        var values = scores is null ? default : scores.AsReadOnlySpan<float>();
        var count = (int)(classes ?? scores)!.Shape[1];
        var result = new ClassificationResult();
        for (var i = 0; i < examples; i++)
        {
            var one = new Classifications();
            for (var c = i * count; c < (i + 1) * count; c++)
            {
                var choice = new Class();
                if (classes is not null)
                {
                    choice.Label = Encoding.UTF8.GetString(labels[c].Span);
                }

                if (scores is not null)
                {
                    choice.Score = values[c];
                }

                one.Classes.Add(choice);
            }

            result.Classifications.Add(one);
        }

        return result;
    }

    /// <summary>Numbers, <c>[examples]</c> or <c>[examples, 1]</c>.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT: the output is no number for each of these examples.</exception>
    public static RegressionResult Regression(ModelOutputs outputs, int examples)
    {
        var output = Find(outputs, SignatureMethods.Outputs) ?? throw Invalid($"Could not find output tensor '{SignatureMethods.Outputs}'");
        if (output.Shape is not ([_] or [_, 1]))
        {
            throw Invalid($"Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got {output}");
        }

        if (output.Shape[0] != examples)
        {
            throw Invalid($"Input batch size did not match output batch size: {examples} vs. {output.Shape[0]}");
        }

        if (output.DType != DType.Float32)
        {
            throw Invalid($"Expected output Tensor of DT_FLOAT.  Got: {output.DType.TensorFlowName()}");
        }

        var result = new RegressionResult();
        foreach (var value in output.AsReadOnlySpan<float>())
        {
            result.Regressions.Add(new Regression { Value = value });
        }

        return result;
    }

    private static void RequireClasses(Tensor? tensor, string name, DType type, int examples)
    {
        if (tensor is null)
        {
            return;
        }

        if (tensor.Shape.Length != 2)
        {
            throw Invalid($"Expected Tensor shape: [batch_size num_classes] but got {tensor}");
        }

        if (tensor.DType != type)
        {
            throw Invalid($"Expected {name} Tensor of {type.TensorFlowName()}. Got: {tensor.DType.TensorFlowName()}");
        }

        if (tensor.Shape[0] != examples)
        {
            throw Invalid($"Expected {name} output batch size of {examples}. Got: {tensor.Shape[0]}");
        }
    }

    private static Tensor? Find(ModelOutputs outputs, string name)
    {
        for (var i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].Name == name)
            {
                return outputs[i].Tensor;
            }
        }

        return null;
    }

    private static GrpcException Invalid(string message) => new(StatusCode.InvalidArgument, message);
}
