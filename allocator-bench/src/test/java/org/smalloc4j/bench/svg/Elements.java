package org.smalloc4j.bench.svg;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** The elements of an SVG document, which must be well-formed. */
public final class Elements {

  private final Document document;

  public Elements(String svg) {
    try {
      document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(svg)));
    } catch (SAXException | IOException | ParserConfigurationException e) {
      throw new AssertionError(svg, e);
    }
  }

  /** All of a name, in order. */
  public List<Element> named(String name) {
    var nodes = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  /** Those of a name and a colour. */
  public List<Element> filled(String name, String colour) {
    return named(name).stream().filter(e -> e.getAttribute("fill").equals(colour)).toList();
  }

  /** All texts, in order. */
  public List<String> texts() {
    return named("text").stream().map(Element::getTextContent).toList();
  }

  /** A length of an element. */
  public static double length(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }
}
