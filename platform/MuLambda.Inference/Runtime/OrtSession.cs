using System.Runtime.InteropServices;
using System.Text;

namespace MuLambda.Inference.Runtime;

/// <summary>A graph ready to run. Runs may overlap; disposing waits for none, the last run to end frees the graph.</summary>
internal sealed unsafe class OrtSession : IDisposable
{
    private readonly OrtHandle session;
    private readonly OrtHandle names;
    private readonly nint[] inputNames;
    private readonly nint[] outputNames;

    public OrtSession(ReadOnlySpan<byte> model, OrtSessionSettings settings)
    {
        session = OrtEnvironment.Current.CreateSession(model, settings);
        try
        {
            Inputs = Describe(OrtFunction.SessionGetInputCount, OrtFunction.SessionGetInputName, OrtFunction.SessionGetInputTypeInfo);
            Outputs = Describe(OrtFunction.SessionGetOutputCount, OrtFunction.SessionGetOutputName, OrtFunction.SessionGetOutputTypeInfo);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        inputNames = new nint[Inputs.Count];
        outputNames = new nint[Outputs.Count];
        names = StoreNames();
    }

    /// <summary>The inputs as the graph declares them; the type is None where tensors cannot have it.</summary>
    public IReadOnlyList<TensorSpec> Inputs { get; }

    /// <summary>The outputs likewise.</summary>
    public IReadOnlyList<TensorSpec> Outputs { get; }

    /// <summary>Runs the graph.</summary>
    /// <param name="inputs">One value for each of <see cref="Inputs"/>, in order.</param>
    /// <param name="wanted">Positions in <see cref="Outputs"/>.</param>
    /// <param name="cancellation">Stops the run between two nodes.</param>
    /// <returns>One value for each of <paramref name="wanted"/>, in order.</returns>
    public Tensor[] Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<int> wanted, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Span<nint> inputValues = stackalloc nint[inputs.Length];
        Span<nint> outputValues = stackalloc nint[wanted.Length];
        Span<nint> wantedNames = stackalloc nint[wanted.Length];
        inputValues.Clear();
        outputValues.Clear();
        for (var i = 0; i < wanted.Length; i++)
        {
            wantedNames[i] = outputNames[wanted[i]];
        }

        var held = false;
        var namesHeld = false;
        try
        {
            session.DangerousAddRef(ref held);
            names.DangerousAddRef(ref namesHeld);
            for (var i = 0; i < inputs.Length; i++)
            {
                inputValues[i] = OrtTensors.ToValue(inputs[i]);
            }

            RunNative(inputValues, wantedNames, outputValues, cancellation);
            var outputs = TakeOutputs(outputValues);
            foreach (var tensor in inputs)
            {
                GC.KeepAlive(tensor);
            }

            return outputs;
        }
        finally
        {
            ReleaseAll(inputValues);
            ReleaseAll(outputValues);
            if (namesHeld)
            {
                names.DangerousRelease();
            }

            if (held)
            {
                session.DangerousRelease();
            }
        }
    }

    public void Dispose()
    {
        session.Dispose();
        names.Dispose();
    }

    private static Tensor[] TakeOutputs(Span<nint> values)
    {
        var outputs = new Tensor[values.Length];
        var done = 0;
        try
        {
            for (; done < values.Length; done++)
            {
                var value = values[done];
                values[done] = 0;
                outputs[done] = OrtTensors.TakeValue(value);
            }

            return outputs;
        }
        catch
        {
            for (var i = 0; i < done; i++)
            {
                outputs[i].Dispose();
            }

            throw;
        }
    }

    private static void ReleaseAll(Span<nint> values)
    {
        foreach (var value in values)
        {
            OrtApi.Release(OrtFunction.ReleaseValue, value);
        }
    }

    private void RunNative(Span<nint> inputs, Span<nint> wantedNames, Span<nint> outputs, CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled)
        {
            OrtApi.Run(session.Value, 0, inputNames, inputs, wantedNames, outputs);
            return;
        }

        using var options = new OrtHandle(OrtApi.Create(OrtFunction.CreateRunOptions), OrtFunction.ReleaseRunOptions);
        // Disposing the registration waits for a callback under way, so the options outlive it.
        using var registration = cancellation.UnsafeRegister(
            static state => OrtApi.Call(OrtFunction.RunOptionsSetTerminate, ((OrtHandle)state!).Value), options);
        try
        {
            OrtApi.Run(session.Value, options.Value, inputNames, inputs, wantedNames, outputs);
        }
        catch (InferenceException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException("The inference was cancelled.", cancellation);
        }
    }

    private List<TensorSpec> Describe(OrtFunction count, OrtFunction name, OrtFunction type)
    {
        var result = new List<TensorSpec>();
        var number = (nuint)OrtApi.Get(count, session.Value);
        for (nuint i = 0; i < number; i++)
        {
            var spec = OrtApi.GetName(name, session.Value, i, OrtEnvironment.Current.Allocator);
            using var info = new OrtHandle(OrtApi.GetAt(type, session.Value, i), OrtFunction.ReleaseTypeInfo);
            result.Add(OrtTensors.Describe(spec, info.Value));
        }

        return result;
    }

    // All names in one block of native memory, so that a run passes pointers and copies nothing.
    private OrtHandle StoreNames()
    {
        var encoded = Inputs.Concat(Outputs).Select(s => Encoding.UTF8.GetBytes(s.Name + "\0")).ToArray();
        var block = (byte*)NativeMemory.Alloc((nuint)Math.Max(1, encoded.Sum(e => e.Length)));
        var next = block;
        for (var i = 0; i < encoded.Length; i++)
        {
            encoded[i].CopyTo(new Span<byte>(next, encoded[i].Length));
            (i < inputNames.Length ? inputNames : outputNames)[i < inputNames.Length ? i : i - inputNames.Length] = (nint)next;
            next += encoded[i].Length;
        }

        return OrtHandle.ForMemory((nint)block);
    }
}
